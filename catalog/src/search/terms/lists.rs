//! Lists of products in order, each with a score: their union, and what they have in common.

/// Keeps the candidates that are among other products, and adds the score there to theirs. Both are in order.
pub(super) fn keep(candidates: &mut Vec<(u32, u32)>, having: &[(u32, u32)]) {
    let mut having = having.iter();
    candidates.retain_mut(|(position, score)| {
        let own = loop {
            match having.as_slice().first() {
                Some((other, own)) if other == position => break Some(own),
                Some((other, _)) if other < position => {
                    having.next();
                }
                _ => break None,
            }
        };
        if let Some(own) = own {
            *score = score.saturating_add(*own);
        }
        own.is_some()
    });
}

/// The products of some lists, in order, each with the highest of its scores. Lists are merged two and two, so that none is gone
/// through more often than the others.
pub(super) fn merge(mut lists: Vec<Vec<(u32, u32)>>) -> Vec<(u32, u32)> {
    while lists.len() > 1 {
        let mut rest = lists.into_iter();
        let mut merged = Vec::new();
        while let Some(left) = rest.next() {
            merged.push(match rest.next() {
                Some(right) => union(left, right),
                None => left,
            });
        }
        lists = merged;
    }
    lists.pop().unwrap_or_default()
}

/// The products of two lists, in order, each with the higher of its scores.
pub(super) fn union(left: Vec<(u32, u32)>, right: Vec<(u32, u32)>) -> Vec<(u32, u32)> {
    if right.is_empty() {
        return left;
    }
    let mut both = Vec::with_capacity(left.len() + right.len());
    let mut right = right.into_iter().peekable();
    for (position, score) in left {
        while let Some(before) = right.next_if(|(other, _)| *other < position) {
            both.push(before);
        }
        let other = right.next_if(|(other, _)| *other == position).map_or(0, |(_, score)| score);
        both.push((position, score.max(other)));
    }
    both.extend(right);
    both
}
