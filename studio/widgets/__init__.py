"""Factories around `gr.HTML`: a constant template, and a script of ours that draws the value."""
