"""Routes that the browser and scripts call beside the Gradio events: one file a noun."""
