"""The call as a pure function: events, actions and the step between them."""
