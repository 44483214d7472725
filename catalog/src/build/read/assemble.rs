//! The parts of an export on their way to records: into groups while the file is read, and out of them at its end.
//! Whatever is wrong is named at the record where it stands, however late it is found.

use super::Reading;
use super::join::{self, Joined};
use super::part::Part;
use crate::build::record::Outcome;

impl Reading<'_, '_> {
    /// Takes a part of a product of an export.
    pub(super) fn add(&mut self, mut part: Part, left_out: Option<&'static str>) {
        let (line, id) = (part.line, part.foreign_id.clone());
        part.record = self.position;
        let faults = self.groups.add(part, left_out, &self.export.known, &mut self.warnings);
        for (column, rule) in faults {
            self.problem(line, (!id.is_empty()).then_some(id.as_str()), column, rule);
        }
    }

    /// Makes records of all parts.
    pub(super) fn groups(&mut self) {
        let takes_unpublished = self.export.known.takes_unpublished();
        let (groups, late) = core::mem::take(&mut self.groups).finish(takes_unpublished, &mut self.warnings);
        for (part, faults) in late {
            self.position_of(part.record, |reading| {
                for (column, rule) in faults {
                    reading.problem(part.line, None, column, rule);
                }
            });
        }
        for group in groups {
            let (line, place) = (group.main.line, group.main.record);
            if self.is_wrong(place) {
                continue;
            }
            let (id, name) = (group.main.id.clone(), group.main.name.clone());
            let joined = join::join(group, &self.settings, &self.export.known, &mut self.warnings);
            self.position_of(place, |reading| match joined {
                Joined::Record(record) => {
                    let id = Some(record.id.clone());
                    reading.take(Outcome { record: Some(*record), id, ..Outcome::default() }, line);
                }
                Joined::LeftOut(reason) => reading.warnings.leave_out(reason, &name, None),
                Joined::Wrong { line, faults } => {
                    for (column, rule) in faults {
                        reading.problem(line, Some(&id), column, rule);
                    }
                }
            });
        }
    }

    /// Does something about an earlier record.
    fn position_of(&mut self, place: usize, act: impl FnOnce(&mut Self)) {
        let position = core::mem::replace(&mut self.position, place);
        act(self);
        self.position = position;
    }

    /// Whether a record broke a rule.
    pub(super) fn is_wrong(&self, place: usize) -> bool {
        self.wrong.contains(&place)
    }
}
