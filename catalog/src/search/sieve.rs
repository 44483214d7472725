//! Which products keep all filters, and which break those of one kind alone and so count in the facet of that kind. Goes through the
//! products once, 64 at a time; those that break filters of two kinds are not looked at any further.

use crate::index::set::Set;
use crate::model::few::sort_few;
use crate::search::filter::{Filters, Kind, Predicate};

/// Products by the filters that they keep.
pub(super) struct Sieve {
    /// Those that keep all filters.
    pub(super) kept: Set,
    /// For each kind of filter those that break it alone; nothing where no facets are asked for.
    broken: Vec<(Kind, Set)>,
}

impl Sieve {
    /// Sifts some of the `count` products of a catalog. `known` has the products that keep the filter of a kind, where they are found sooner
    /// than by comparing all.
    pub(super) fn of(filters: &Filters<'_>, count: u32, among: Set, known: &[(Kind, Set)], has_facets: bool) -> Sieve {
        let known_of = |kinds: &[Kind]| known.iter().find(|(kind, _)| kinds == [*kind]).map(|(_, set)| set);
        let mut predicates: Vec<_> = filters
            .predicates()
            .map(|predicate| {
                let kinds = predicate.kinds();
                (predicate, known_of(&kinds), kinds)
            })
            .collect();
        // Those first that take no more than a look at a bit.
        sort_few(&mut predicates, |left, right| {
            let is_bit =
                |(predicate, known, _): &(&Predicate<'_>, Option<&Set>, _)| known.is_some() || predicate.is_marked();
            is_bit(left) && !is_bit(right)
        });
        let kinds = predicates.iter().filter(|_| has_facets).flat_map(|(_, _, kinds)| kinds);
        let mut broken: Vec<(Kind, Set)> = kinds.map(|kind| (*kind, Set::empty(count))).collect();
        let mut kept = among;
        // Of one word: for each kind so far the products that break it alone.
        let mut alone: Vec<u64> = Vec::with_capacity(broken.len());
        for (number, (first, word)) in (0_u32..).step_by(64).zip(kept.words_mut()).enumerate() {
            alone.clear();
            for (predicate, known, kinds) in &predicates {
                let looked_at = alone.iter().fold(*word, |all, broken| all | broken);
                let passing = match known {
                    Some(known) => known.word(number) & looked_at,
                    None if looked_at > 0 => predicate.passing(first, looked_at),
                    None => 0,
                };
                for broken in &mut alone {
                    *broken &= passing;
                }
                if has_facets {
                    let breaking = *word & !passing;
                    let of_kind = |(place, _)| match breaking {
                        0 => 0,
                        _ => predicate.passing_but(place, first, breaking),
                    };
                    alone.extend(kinds.iter().enumerate().map(of_kind));
                }
                *word &= passing;
            }
            for ((_, set), alone) in broken.iter_mut().zip(&alone) {
                if let Some(word) = set.words_mut().get_mut(number) {
                    *word = *alone;
                }
            }
        }
        Sieve { kept, broken }
    }

    /// The products that break filters of a kind alone; `None` without a filter of this kind.
    pub(super) fn broken(&self, kind: Kind) -> Option<&Set> {
        self.broken.iter().find(|(other, _)| *other == kind).map(|(_, set)| set)
    }
}
