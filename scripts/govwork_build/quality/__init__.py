"""Quality of a version: samples drawn by seed, judged by a pass that has not seen the output, and what that says."""
