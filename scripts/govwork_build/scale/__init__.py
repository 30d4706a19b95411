"""The normaliser for collections: a step for datatrove's pipelines, and a command that runs it on one machine."""
