"""How well documents are read: outline, tasks, metadata, furniture and copy noise against gold marked by hand."""
