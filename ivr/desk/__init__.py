"""The people who answer: whom a call rings in which turn, and what they hear before they take it."""
