"""A stand-in for the parts of SGLang that the plug-in touches, written from SGLang's contract."""
