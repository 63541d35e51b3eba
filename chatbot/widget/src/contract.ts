// What the service says: the parts of its HTTP contract that the widget reads.

export interface Citation {
  /** Absent where a clause is merely related. */
  marker?: number;
  document_title: string;
  document_status: string | null;
  /** Outline path, outermost first. */
  section: string[];
  quote: string;
  url: string;
}

export interface Reply {
  id: string;
  question: string;
  language: string;
  outcome: 'answered' | 'corrected' | 'not_found' | 'out_of_scope' | 'clarify';
  answer: string;
  /** Half-open, in code points of `answer`. */
  highlights: { start: number; end: number }[];
  citations: Citation[];
  notices: string[];
  related: Citation[];
  suggestions: string[];
  method: 'register' | 'extractive' | 'curated' | 'generated' | 'none';
}

export interface Turn {
  question: string;
  reply: Reply;
}

export interface ListedDocument {
  id: string;
  tasks: number;
  published?: boolean;
}

export interface Info {
  contact?: string | null;
}
