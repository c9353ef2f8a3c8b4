"""The public API, declared in full and mostly passed on to photos under the same path.

Parameters declared here are refused here when malformed; photos is the judge of everything else.
"""
