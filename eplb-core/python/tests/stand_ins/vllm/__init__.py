"""A stand-in for the parts of vLLM that the plug-ins touch, written from its contract."""
