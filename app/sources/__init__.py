"""Sources and evidence: publications and claims from them, graded by the Admiralty code."""
