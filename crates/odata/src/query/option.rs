/// The system query options of OData 4.01 (protocol section 11.2.1) and `$apply`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "each name is the option of the same name")]
pub enum SystemOption {
    Apply,
    Compute,
    Count,
    DeltaToken,
    Expand,
    Filter,
    Format,
    Id,
    Index,
    Levels,
    OrderBy,
    SchemaVersion,
    Search,
    Select,
    Skip,
    SkipToken,
    Top,
}

/// What kind of resource a query is applied to; it decides which options make sense.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    /// A collection: every option.
    Collection,
    /// One entity or value: what shapes it, nothing that picks or sorts.
    Entity,
    /// The number of items behind `/$count`: what picks them.
    Count,
    /// The service document, `$metadata` and `$batch`: the format.
    Document,
}

impl SystemOption {
    const ALL: [Self; 17] = [
        Self::Apply,
        Self::Compute,
        Self::Count,
        Self::DeltaToken,
        Self::Expand,
        Self::Filter,
        Self::Format,
        Self::Id,
        Self::Index,
        Self::Levels,
        Self::OrderBy,
        Self::SchemaVersion,
        Self::Search,
        Self::Select,
        Self::Skip,
        Self::SkipToken,
        Self::Top,
    ];

    /// The name with `$`, in lower case.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Apply => "$apply",
            Self::Compute => "$compute",
            Self::Count => "$count",
            Self::DeltaToken => "$deltatoken",
            Self::Expand => "$expand",
            Self::Filter => "$filter",
            Self::Format => "$format",
            Self::Id => "$id",
            Self::Index => "$index",
            Self::Levels => "$levels",
            Self::OrderBy => "$orderby",
            Self::SchemaVersion => "$schemaversion",
            Self::Search => "$search",
            Self::Select => "$select",
            Self::Skip => "$skip",
            Self::SkipToken => "$skiptoken",
            Self::Top => "$top",
        }
    }

    /// The option of a name in any case; the `$` may be missing, except from names that are no
    /// options of a whole request and so more likely a caller's own.
    pub(super) fn named(name: &str) -> Option<Self> {
        let bare = name.strip_prefix('$');
        Self::ALL.into_iter().find(|option| match bare {
            Some(_) => option.name().eq_ignore_ascii_case(name),
            None => {
                !matches!(option, Self::Id | Self::Levels)
                    && option
                        .name()
                        .strip_prefix('$')
                        .is_some_and(|own| own.eq_ignore_ascii_case(name))
            }
        })
    }

    pub(super) const fn applies_to(self, target: Target) -> bool {
        match target {
            Target::Collection => !matches!(self, Self::Id | Self::Levels),
            Target::Entity => matches!(
                self,
                Self::Select | Self::Expand | Self::Format | Self::Compute | Self::SchemaVersion
            ),
            Target::Count => {
                matches!(self, Self::Filter | Self::Search | Self::Apply | Self::SchemaVersion)
            }
            Target::Document => matches!(self, Self::Format | Self::SchemaVersion),
        }
    }
}
