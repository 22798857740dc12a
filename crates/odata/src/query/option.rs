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
    /// A collection that `$expand` leads to: every option of a collection that can be nested.
    Expanded,
    /// One entity that `$expand` leads to: what shapes it.
    ExpandedOne,
    /// References to the entities of a collection: what picks and sorts them.
    ReferenceCollection,
    /// References that `$expand` leads to: what picks and sorts them.
    References,
    /// A collection that `$select` leads to.
    Selected,
    /// A property that is a collection: what picks, sorts and shapes its items.
    Values,
    /// One value that `$select` leads to.
    SelectedOne,
    /// The service document, `$metadata`, `$batch` and a reference to one entity: the format.
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

    /// The option of a name within parentheses, where `$levels` is one too.
    pub(super) fn nested(name: &str) -> Option<Self> {
        Self::named(name).or_else(|| Self::Levels.is_named(name).then_some(Self::Levels))
    }

    /// Whether a name in any case, with or without `$`, is its own.
    pub(super) fn is_named(self, name: &str) -> bool {
        let own = self.name().trim_start_matches('$');
        name.strip_prefix('$').unwrap_or(name).eq_ignore_ascii_case(own)
    }

    /// Whether its value speaks of the properties of what it is applied to.
    pub(super) const fn needs_properties(self) -> bool {
        !matches!(self, Self::Count | Self::Search | Self::Top | Self::Skip)
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
            Target::Expanded => {
                matches!(self, Self::Expand | Self::Apply) || self.applies_to(Target::Selected)
            }
            Target::ExpandedOne => matches!(self, Self::Select | Self::Expand | Self::Compute),
            Target::ReferenceCollection => {
                matches!(self, Self::Apply | Self::SkipToken | Self::Format | Self::SchemaVersion)
                    || self.picks()
            }
            Target::References => self.picks(),
            Target::Selected => matches!(self, Self::Select | Self::Compute) || self.picks(),
            Target::Values => {
                matches!(self, Self::Apply | Self::Expand | Self::Format | Self::SchemaVersion)
                    || self.applies_to(Target::Selected)
            }
            Target::SelectedOne => matches!(self, Self::Select | Self::Compute),
            Target::Document => matches!(self, Self::Format | Self::SchemaVersion),
        }
    }
    const fn picks(self) -> bool {
        matches!(
            self,
            Self::Filter | Self::Search | Self::OrderBy | Self::Top | Self::Skip | Self::Count
        )
    }
}
