"""One figure as plain, frozen, validated data. Nothing here imports numpy or matplotlib."""
