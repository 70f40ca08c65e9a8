"""What people look at and listen to instead of calling: the call script, the call graph, a node spoken aloud."""
