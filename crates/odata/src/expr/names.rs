use super::bound::{Expr, PathStep, PropertyPath, Root};

impl Expr {
    /// Whether a property of the entity itself is named, by its declared name.
    pub fn names(&self, property: &str) -> bool {
        let begins = |path: &PropertyPath| {
            let first = path.steps.iter().find_map(|step| match step {
                PathStep::Property(name) => Some(name.as_ref()),
                PathStep::Cast(_) => None,
            });
            path.root == Root::It && first == Some(property)
        };
        let inside = |inner: Option<&Self>| inner.is_some_and(|inner| inner.names(property));
        match self {
            Self::Literal(_) => false,
            Self::Property(path) => begins(path),
            Self::And(operands) | Self::Or(operands) => {
                operands.iter().any(|operand| operand.names(property))
            }
            Self::Not(operand)
            | Self::Negate(operand)
            | Self::In { operand, .. }
            | Self::Has { operand, .. }
            | Self::Cast { operand, .. } => operand.names(property),
            Self::Compare { left, right, .. } | Self::Arithmetic { left, right, .. } => {
                left.names(property) || right.names(property)
            }
            Self::Lambda { collection, condition: inner, .. }
            | Self::Count { collection, filter: inner, .. } => {
                begins(collection) || inside(inner.as_deref())
            }
            Self::IsOf { operand, .. } => operand.as_ref().is_some_and(begins),
            Self::Case(branches) => branches
                .iter()
                .any(|(condition, value)| condition.names(property) || value.names(property)),
            Self::Call { arguments, .. } => {
                arguments.iter().any(|argument| argument.names(property))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::expr::{filter, fixture};

    #[test]
    fn names_are_found_wherever_they_stand() {
        let edm = fixture::edm();
        for (text, expect) in [
            ("name eq 'a'", true),
            ("'a' eq NAME", true),
            ("active or not (count gt 1 and contains(name,'a'))", true),
            ("(length(concat(name,'x')) add 1) in (1,2)", true),
            ("case(name eq null:1,true:2) eq 2", true),
            ("- length(name) lt 0", true),
            ("tags/any(t:t eq name)", true),
            ("active eq true", false),
            ("parent/name eq 'a'", false),
            ("contains(id,'name')", false),
            ("tags/any(name:name eq 'a')", false),
        ] {
            let bound = filter(text, &fixture::scope(&edm)).unwrap();
            assert_eq!(bound.names("name"), expect, "{text}");
        }
        let bound = filter("tags/any(t:t eq 'a') and tags/$count eq 1", &fixture::scope(&edm));
        assert!(bound.unwrap().names("tags"));
    }
}
