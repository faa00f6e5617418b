"""What pictures are put together of: panels, their scales and their words."""
