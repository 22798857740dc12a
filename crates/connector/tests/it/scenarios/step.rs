use serde_json::{Value, json};

/// One thing that happens, with all that it takes to happen again in the same way.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Step {
    /// A row is made; its stamp is so many seconds ago, or ahead.
    Insert { ago: i64 },
    /// Rows whose numbers end in this digit are changed.
    Edit { digit: u64 },
    /// One of the rows is deleted.
    Delete { row: u64 },
    /// Rows whose numbers end in this digit may be read no more, or again.
    Hide { digit: u64, hidden: bool },
    /// No row may be read, or those that are not hidden.
    Rights { any: bool },
    /// Everything is kept, to be put back.
    Backup,
    /// What was kept is put back, the clock of the instance as well or not.
    Restore { clock: bool },
    /// The clock of the instance moves.
    ItsClock { by: i64 },
    /// Our clock moves.
    OurClock { by: i64 },
    /// Time passes.
    Wait { seconds: i64 },
    /// Requests meet this fault, each with a probability of so many in ten.
    Fault { kind: Value, tenths: u8 },
    /// All is well again.
    NoFault,
    /// The connection is turned off or on.
    Enabled(bool),
    /// A pass is made.
    Pass,
    /// All rows are compared.
    Reconcile,
    /// The program is killed when a pass has gone on so many times.
    Killed { polls: u64 },
    /// Two programs make a pass.
    Both,
}

impl Step {
    /// Whether pages of changes show what comes of it.
    fn shows(&self) -> bool {
        match self {
            // Within the overlap.
            Self::Insert { ago } => (0..110).contains(ago),
            Self::ItsClock { by } => *by >= 0,
            Self::Fault { kind, .. } => kind != "empty_page",
            Self::Delete { .. }
            | Self::Hide { .. }
            | Self::Rights { .. }
            | Self::Backup
            | Self::Restore { .. } => false,
            Self::Edit { .. }
            | Self::OurClock { .. }
            | Self::Wait { .. }
            | Self::NoFault
            | Self::Enabled(_)
            | Self::Pass
            | Self::Reconcile
            | Self::Killed { .. }
            | Self::Both => true,
        }
    }
}

/// What may happen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Rows come and change, requests fail, programs are killed: pages of changes show all of it.
    Changes,
    /// Anything, so that only a comparison of all rows finds out what is different.
    Anything,
}

/// Random numbers of a seed: `SplitMix64`.
pub(super) struct Draw(pub(super) u64);

impl Draw {
    pub(super) fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % bound
    }

    fn seconds(&mut self, bound: u64) -> i64 {
        i64::try_from(self.below(bound)).unwrap()
    }

    fn flag(&mut self) -> bool {
        self.below(2) == 0
    }

    /// Rows of a page, and what happens.
    pub(super) fn scenario(&mut self, kind: Kind) -> (u32, Vec<Step>) {
        let page_size = [1, 2, 3, 7, 20, 100][usize::try_from(self.below(6)).unwrap()];
        let steps = 4 + self.below(16);
        let steps = (0..steps).map(|_| self.step());
        (page_size, steps.filter(|step| kind == Kind::Anything || step.shows()).collect())
    }

    fn step(&mut self) -> Step {
        match self.below(32) {
            0..=2 => Step::Insert { ago: self.seconds(400) },
            3 => Step::Insert { ago: -self.seconds(100_000_000) },
            4..=8 => Step::Edit { digit: self.below(10) },
            9 | 10 => Step::Delete { row: self.below(100) },
            11 => Step::Hide { digit: self.below(10), hidden: self.flag() },
            12 => Step::Rights { any: self.below(3) > 0 },
            13 => Step::Backup,
            14 => Step::Restore { clock: self.flag() },
            15 => Step::ItsClock { by: self.seconds(8000) - 4000 },
            16 => Step::OurClock { by: self.seconds(8000) - 4000 },
            17 | 18 => Step::Wait { seconds: self.seconds(500) },
            19..=21 => {
                Step::Fault { kind: self.fault(), tenths: u8::try_from(1 + self.below(9)).unwrap() }
            }
            22 => Step::NoFault,
            23 => Step::Enabled(self.below(3) > 0),
            24..=28 => Step::Pass,
            29 => Step::Reconcile,
            30 => Step::Killed { polls: self.below(60) },
            _ => Step::Both,
        }
    }

    fn fault(&mut self) -> Value {
        let kinds = json!([
            "hibernating", "login", "error_in_result", "text_in_result", "cut_json", "broken_json",
            "empty_page", "quota", "bad_gateway", "unavailable", "gateway_timeout", "unauthorized",
            "reset", "wrong_length", "garbled", {"too_many": "3"}, {"too_many": "4000"},
            {"cut_body": 300}, {"redirect": "https://idp.example/"}, {"status": 403}
        ]);
        let kinds = kinds.as_array().unwrap();
        kinds[usize::try_from(self.below(kinds.len() as u64)).unwrap()].clone()
    }
}
