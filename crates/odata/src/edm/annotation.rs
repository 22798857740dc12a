use super::types::Name;

/// A term with a constant value (CSDL 4.01 section 14).
#[derive(Debug, Clone, PartialEq)]
pub struct Annotation {
    /// Qualified name of the term, with the namespace of its vocabulary, not an alias.
    pub term: Name,
    /// The value.
    pub value: AnnotationValue,
}

/// A constant expression (CSDL 4.01 section 14.3) or a collection or record of such.
#[derive(Debug, Clone, PartialEq)]
pub enum AnnotationValue {
    /// `true`, `false`
    Boolean(bool),
    /// A whole number.
    Int(i64),
    /// A text.
    String(Name),
    /// The path of a property of the annotated element.
    PropertyPath(Name),
    /// The path of a navigation property of the annotated element.
    NavigationPath(Name),
    /// A member of an enumeration type.
    EnumMember {
        /// Qualified name of the type.
        ty: Name,
        /// Name of the member.
        member: Name,
    },
    /// Several values.
    Collection(Vec<Self>),
    /// Values by name.
    Record(Vec<(Name, Self)>),
}

/// A vocabulary that terms come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Vocabulary {
    /// Its namespace.
    pub namespace: &'static str,
    /// Its usual alias.
    pub alias: &'static str,
    /// Where its documents are, without the ending for the format.
    pub address: &'static str,
}

/// The vocabularies of OASIS that this engine names terms of.
pub const VOCABULARIES: [Vocabulary; 4] = [
    Vocabulary {
        namespace: "Org.OData.Core.V1",
        alias: "Core",
        address: "https://oasis-tcs.github.io/odata-vocabularies/vocabularies/Org.OData.Core.V1",
    },
    Vocabulary {
        namespace: "Org.OData.Capabilities.V1",
        alias: "Capabilities",
        address: "https://oasis-tcs.github.io/odata-vocabularies/vocabularies/Org.OData.Capabilities.V1",
    },
    Vocabulary {
        namespace: "Org.OData.Aggregation.V1",
        alias: "Aggregation",
        address: "https://oasis-tcs.github.io/odata-vocabularies/vocabularies/Org.OData.Aggregation.V1",
    },
    Vocabulary {
        namespace: "Org.OData.Validation.V1",
        alias: "Validation",
        address: "https://oasis-tcs.github.io/odata-vocabularies/vocabularies/Org.OData.Validation.V1",
    },
];

impl Annotation {
    /// `Org.OData.Core.V1.Description` with its text.
    pub fn description(text: impl Into<Name>) -> Self {
        let term = Name::Borrowed("Org.OData.Core.V1.Description");
        Self { term, value: AnnotationValue::String(text.into()) }
    }

    /// `Org.OData.Validation.V1.AllowedValues`: the words that a text can be.
    pub fn allowed_values(words: impl IntoIterator<Item = &'static str>) -> Self {
        let value = |word: &'static str| {
            AnnotationValue::record([("Value", AnnotationValue::String(word.into()))])
        };
        Self {
            term: "Org.OData.Validation.V1.AllowedValues".into(),
            value: AnnotationValue::Collection(words.into_iter().map(value).collect()),
        }
    }

    /// A term of the capabilities vocabulary.
    pub fn capability(term: &str, value: AnnotationValue) -> Self {
        Self { term: format!("Org.OData.Capabilities.V1.{term}").into(), value }
    }

    /// The namespace of the vocabulary.
    pub fn vocabulary(&self) -> &str {
        self.term.rsplit_once('.').map_or("", |(namespace, _)| namespace)
    }
}

impl AnnotationValue {
    /// A record of constant names.
    pub fn record<const N: usize>(members: [(&'static str, Self); N]) -> Self {
        Self::Record(members.into_iter().map(|(name, value)| (name.into(), value)).collect())
    }

    /// A collection of constant texts.
    pub fn strings(texts: impl IntoIterator<Item = &'static str>) -> Self {
        Self::Collection(texts.into_iter().map(|text| Self::String(text.into())).collect())
    }
}
