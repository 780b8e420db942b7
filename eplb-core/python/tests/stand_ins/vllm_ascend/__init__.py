"""A stand-in for the parts of vLLM-Ascend that the plug-ins touch, written from its contract."""
