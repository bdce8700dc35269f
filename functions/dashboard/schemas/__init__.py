"""What goes in and out, as the contract says it, a file for each resource."""
