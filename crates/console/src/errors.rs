/// What is wrong with the fields of a form, in their order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Errors(Vec<FieldError>);

/// What is wrong with a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FieldError {
    /// Name and id of the field.
    pub(crate) field: &'static str,
    /// For the person.
    pub(crate) message: String,
}

impl Errors {
    pub(crate) fn add(&mut self, field: &'static str, message: impl Into<String>) {
        self.0.push(FieldError { field, message: message.into() });
    }

    pub(crate) fn one(field: &'static str, message: impl Into<String>) -> Self {
        let mut errors = Self::default();
        errors.add(field, message);
        errors
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn all(&self) -> &[FieldError] {
        &self.0
    }

    /// What is shown beside a field.
    pub(crate) fn of(&self, field: &str) -> Option<&str> {
        let found = self.0.iter().find(|error| error.field == field);
        found.map(|error| error.message.as_str())
    }
}
