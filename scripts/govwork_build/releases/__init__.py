"""Releases: what they hold by profile, what their manifests say, and the commands about them."""
