"""Jobs and what lists and pages read about them: steps, documents, deadlines, incidents, quotes, drafts."""
