/// What is known of a number: `value = integer / 10^scale`, and where the integer lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Number {
    pub(super) scale: u32,
    pub(super) low: i128,
    pub(super) high: i128,
}

impl Number {
    pub(super) const fn integer(low: i64, high: i64) -> Self {
        Self { scale: 0, low: low as i128, high: high as i128 }
    }

    /// A number that is not known to be smaller than any 64-bit integer.
    pub(super) const ANY: Self = Self::integer(i64::MIN, i64::MAX);

    /// `None` unless both databases can hold it.
    pub(super) fn checked(scale: u32, bounds: impl IntoIterator<Item = i128>) -> Option<Self> {
        let (low, high) = bounds
            .into_iter()
            .fold((i128::MAX, i128::MIN), |(low, high), at| (low.min(at), high.max(at)));
        let held = i128::from(i64::MIN)..=i128::from(i64::MAX);
        (held.contains(&low) && held.contains(&high)).then_some(Self { scale, low, high })
    }

    /// The factor that brings it to a finer scale.
    pub(super) fn factor_to(self, scale: u32) -> Option<i128> {
        10_i128.checked_pow(scale.checked_sub(self.scale)?)
    }

    /// The same number counted in a finer unit.
    pub(super) fn rescaled(self, scale: u32) -> Option<Self> {
        let factor = self.factor_to(scale)?;
        Self::checked(scale, [self.low.checked_mul(factor)?, self.high.checked_mul(factor)?])
    }

    /// The range when something up to `more` is added or taken away; `None` if that may overflow.
    pub(super) fn plus(self, more: i64) -> Option<Self> {
        let more = i128::from(more);
        Self::checked(self.scale, [self.low - more, self.high + more])
    }

    pub(super) const fn can_be_zero(self) -> bool {
        self.low <= 0 && self.high >= 0
    }
}
