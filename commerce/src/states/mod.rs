//! The states of an order, its payment, its fulfilment and its holds: pure functions from a state and an event to the next state or a named
//! error. What a transition does to the database is the host's; nothing here knows of it.
//!
//! | to change | open |
//! | --- | --- |
//! | the life of an order | `order.rs` |
//! | how facts from a provider add up | `payment.rs` |
//! | packing, shipping, returns | `fulfilment.rs` |
//! | the claim on stock | `hold.rs` |
//! | the lists of orders that staff work through | `list.rs` |

pub(crate) mod fulfilment;
pub(crate) mod hold;
pub(crate) mod list;
pub(crate) mod order;
pub(crate) mod payment;

/// An event that a state has no transition for. Nothing has changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{subject} that is `{state}` cannot be {event}")]
pub struct NoTransition {
    /// The thing that has the state, with its article.
    pub subject: &'static str,
    /// The name of its state.
    pub state: &'static str,
    /// The event, as a participle.
    pub event: &'static str,
}

/// A name that no state has.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{name}` is no state of {subject}")]
pub struct UnknownState {
    /// The thing that would have the state, with its article.
    pub subject: &'static str,
    /// The name as given, cut to 32 characters.
    pub name: String,
}

impl UnknownState {
    pub(crate) fn new(subject: &'static str, name: &str) -> UnknownState {
        UnknownState { subject, name: name.chars().take(32).collect() }
    }
}

/// Gives a closed set of states its names, by which databases and views have them.
macro_rules! names {
    ($state:ty, $subject:literal, $($variant:ident = $name:literal),+ $(,)?) => {
        impl $state {
            /// All states, in the order of their life.
            pub const ALL: &'static [$state] = &[$(<$state>::$variant),+];

            /// The name in views and in the database.
            pub fn name(self) -> &'static str {
                match self {
                    $(<$state>::$variant => $name),+
                }
            }
        }

        impl core::str::FromStr for $state {
            type Err = $crate::states::UnknownState;

            fn from_str(name: &str) -> Result<$state, Self::Err> {
                let found = <$state>::ALL.iter().find(|state| state.name() == name);
                found.copied().ok_or_else(|| $crate::states::UnknownState::new($subject, name))
            }
        }

        impl serde::Serialize for $state {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.name())
            }
        }

        impl<'de> serde::Deserialize<'de> for $state {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<$state, D::Error> {
                let name = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
                name.parse().map_err(serde::de::Error::custom)
            }
        }

        impl core::fmt::Display for $state {
            fn fmt(&self, formatter: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                formatter.write_str(self.name())
            }
        }
    };
}
pub(crate) use names;
