"""What must outlast a call, and nothing else: the only package that imports SQLAlchemy."""
