"""Installations: by which token each workspace is spoken in, and what becomes of one that ends."""
