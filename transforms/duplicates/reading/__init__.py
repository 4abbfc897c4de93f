"""What a text is: paragraphs, sentences, code and folded forms. Nothing here knows of copies."""
