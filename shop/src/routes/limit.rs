//! The rate limits of the platform that routes name. The host asks them.

/// How often one network may change something. The numbers are those of the platform's bindings (`wrangler.toml`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Limit {
    /// Changes of the cart.
    CartChanges,
    /// Codes that are tried, which somebody might guess.
    CodeAttempts,
    /// Webhooks, which come from few networks and many at a time.
    Webhooks,
}

impl Limit {
    /// All limits.
    pub const ALL: [Limit; 3] = [Limit::CartChanges, Limit::CodeAttempts, Limit::Webhooks];

    /// The name of its binding.
    pub fn binding(self) -> &'static str {
        match self {
            Limit::CartChanges => "CART_CHANGES",
            Limit::CodeAttempts => "CODE_ATTEMPTS",
            Limit::Webhooks => "WEBHOOKS",
        }
    }
}
