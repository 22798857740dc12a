use quick_xml::escape::escape;

/// XML under construction, indented by two blanks a level.
#[derive(Debug, Default)]
pub(super) struct Elements {
    text: String,
    depth: usize,
}

impl Elements {
    pub(super) fn new() -> Self {
        Self { text: "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n".to_owned(), depth: 0 }
    }

    /// Writes an element and what `content` writes inside it; an empty tag if that is nothing.
    pub(super) fn element(
        &mut self,
        name: &str,
        attributes: &[(&str, &str)],
        content: impl FnOnce(&mut Self),
    ) {
        self.indent();
        self.text.push('<');
        self.text.push_str(name);
        for (key, value) in attributes {
            self.text.push(' ');
            self.text.push_str(key);
            self.text.push_str("=\"");
            self.text.push_str(&escape(*value));
            self.text.push('"');
        }
        self.text.push_str(">\n");
        let start = self.text.len();
        self.depth += 1;
        content(self);
        self.depth -= 1;
        if self.text.len() == start {
            self.text.truncate(start - ">\n".len());
            self.text.push_str("/>\n");
        } else {
            self.indent();
            self.text.push_str("</");
            self.text.push_str(name);
            self.text.push_str(">\n");
        }
    }

    /// Writes an element without content.
    pub(super) fn empty(&mut self, name: &str, attributes: &[(&str, &str)]) {
        self.element(name, attributes, |_| {});
    }

    /// Writes an element with text in it.
    pub(super) fn text(&mut self, name: &str, text: &str) {
        self.indent();
        let (open, close) = (format!("<{name}>"), format!("</{name}>\n"));
        self.text.push_str(&open);
        self.text.push_str(&escape(text));
        self.text.push_str(&close);
    }

    pub(super) fn finish(self) -> String {
        self.text
    }

    fn indent(&mut self) {
        for _ in 0..self.depth {
            self.text.push_str("  ");
        }
    }
}
