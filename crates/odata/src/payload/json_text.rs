use std::fmt;

/// JSON under construction. Commas come by themselves, texts and names are escaped.
#[derive(Debug)]
pub(crate) struct JsonText {
    text: String,
    /// A value ended here: another one needs a comma before it.
    after_value: bool,
}

impl JsonText {
    pub(crate) fn with_capacity(bytes: usize) -> Self {
        Self { text: String::with_capacity(bytes), after_value: false }
    }

    pub(crate) fn begin_object(&mut self) {
        self.begin('{');
    }

    pub(crate) fn end_object(&mut self) {
        self.end('}');
    }

    pub(crate) fn begin_array(&mut self) {
        self.begin('[');
    }

    pub(crate) fn end_array(&mut self) {
        self.end(']');
    }

    pub(crate) fn name(&mut self, name: &str) {
        self.control_name(name, "", "");
    }

    /// The name of control information about a property, or about the object where that is empty,
    /// e.g. `createdDateTime`, `@odata.` and `type`.
    pub(crate) fn control_name(&mut self, property: &str, prefix: &str, name: &str) {
        self.separate();
        self.text.push('"');
        push_escaped(&mut self.text, property);
        self.text.push_str(prefix);
        self.text.push_str(name);
        self.text.push_str("\":");
        self.after_value = false;
    }

    pub(crate) fn string(&mut self, text: &str) {
        self.separate();
        self.text.push('"');
        push_escaped(&mut self.text, text);
        self.text.push('"');
        self.after_value = true;
    }

    /// A string of anything that has a text form.
    pub(crate) fn string_of(&mut self, value: impl fmt::Display) {
        self.separate();
        self.text.push('"');
        write_to(&mut Escaping(&mut self.text), value);
        self.text.push('"');
        self.after_value = true;
    }

    /// A string of something whose text form has nothing to escape: a number, a time, a type.
    pub(crate) fn plain_string_of(&mut self, value: impl fmt::Display) {
        self.separate();
        self.text.push('"');
        write_to(&mut self.text, value);
        self.text.push('"');
        self.after_value = true;
    }

    /// A number, `true`, `false` or `null`.
    pub(crate) fn literal(&mut self, value: impl fmt::Display) {
        self.separate();
        write_to(&mut self.text, value);
        self.after_value = true;
    }

    pub(crate) fn finish(self) -> String {
        self.text
    }

    fn begin(&mut self, bracket: char) {
        self.separate();
        self.text.push(bracket);
        self.after_value = false;
    }

    fn end(&mut self, bracket: char) {
        self.text.push(bracket);
        self.after_value = true;
    }

    fn separate(&mut self) {
        if self.after_value {
            self.text.push(',');
        }
    }
}

struct Escaping<'t>(&'t mut String);

impl fmt::Write for Escaping<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        push_escaped(self.0, text);
        Ok(())
    }
}

fn write_to(out: &mut impl fmt::Write, value: impl fmt::Display) {
    write!(out, "{value}").expect("memory takes any text");
}

/// RFC 8259 section 7: quotation mark, reverse solidus and control characters are escaped.
fn push_escaped(out: &mut String, text: &str) {
    // Counting has no early exit, so the compiler looks at many bytes at a time.
    if text.bytes().filter(|byte| is_escaped(*byte)).count() == 0 {
        out.push_str(text);
        return;
    }
    let mut rest = text;
    while let Some(at) = rest.bytes().position(is_escaped) {
        let (plain, tail) = rest.split_at(at);
        out.push_str(plain);
        let mut tail = tail.chars();
        match tail.next() {
            Some('\n') => out.push_str("\\n"),
            Some('\r') => out.push_str("\\r"),
            Some('\t') => out.push_str("\\t"),
            Some(quoted @ ('"' | '\\')) => out.extend(['\\', quoted]),
            Some(control) => write_to(out, format_args!("\\u{:04x}", u32::from(control))),
            None => {}
        }
        rest = tail.as_str();
    }
    out.push_str(rest);
}

const fn is_escaped(byte: u8) -> bool {
    byte < 0x20 || byte == b'"' || byte == b'\\'
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn commas_stand_between_values_only() {
        let mut json = JsonText::with_capacity(0);
        json.begin_object();
        json.name("a");
        json.begin_array();
        json.literal(1);
        json.begin_object();
        json.end_object();
        json.string("x");
        json.end_array();
        json.control_name("b", "@", "c");
        json.literal("null");
        json.end_object();
        assert_eq!(json.finish(), r#"{"a":[1,{},"x"],"b@c":null}"#);
    }

    proptest! {
        #[test]
        fn any_text_reads_back(text in any::<String>(), control in "[\\x00-\\x7f]*") {
            for text in [text, control] {
                let mut json = JsonText::with_capacity(0);
                json.begin_array();
                json.string(&text);
                json.string_of(&text);
                json.end_array();
                let read: Vec<String> = serde_json::from_str(&json.finish()).unwrap();
                prop_assert_eq!(read, [text.clone(), text]);
            }
        }
    }
}
