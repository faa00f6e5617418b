"""Any curve with guaranteed ranges: branch and bound."""
