//! A frame as tables: one row per subject and period with a column per field (exact numbers in base units), and who is
//! visited by whom. Filled with what is asked for, in bulk. Knows no formulas.

use std::collections::{BTreeMap, BTreeSet};

use sqlx::postgres::PgConnection;
use sqlx::{AssertSqlSafe, Executor, query};
use xiyuan_policy::evaluate::external::{Needed, Whose};
use xiyuan_policy::frame::{Cell, EnterpriseIx, Frame, GroupIx, ParkIx, Period, RecordOrdinal, SubjectIx};
use xiyuan_policy::number::Exact;
use xiyuan_policy::package::{FieldType, Package, Subject};
use xiyuan_policy::plan::{FieldIx, GroupingIx, Members};

use crate::error::Result;

/// Rows per statement.
const CHUNK: usize = 5_000;

/// A table of subjects.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Table {
    Enterprises,
    Parks,
    Records,
    /// Has no fields.
    Groups(GroupingIx),
}

/// A figure of parks or groups that is given to everyone of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Given {
    pub(super) table: Table,
    /// It is that of one's group, not one's own.
    pub(super) is_of_group: bool,
    pub(super) figure: Needed,
}

impl Table {
    pub(super) const ALL: [Self; 3] = [Self::Enterprises, Self::Parks, Self::Records];

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Enterprises => "ev_enterprise",
            Self::Parks => "ev_park",
            Self::Records => "ev_record",
            Self::Groups(_) => "ev_group",
        }
    }

    fn holds(self, subject: Subject) -> bool {
        match self {
            Self::Enterprises => subject == Subject::Enterprise,
            Self::Parks => subject == Subject::Park,
            Self::Records => matches!(subject, Subject::Record(_)),
            Self::Groups(_) => false,
        }
    }

    fn subject(self, ordinal: u32) -> SubjectIx {
        match self {
            Self::Enterprises => SubjectIx::Enterprise(EnterpriseIx(ordinal)),
            Self::Parks => SubjectIx::Park(ParkIx(ordinal)),
            Self::Records => SubjectIx::Record(RecordOrdinal(ordinal)),
            Self::Groups(_) => SubjectIx::Group(GroupIx(ordinal)),
        }
    }
}

/// Number of a period in the tables.
pub(super) fn code(period: Period) -> i32 {
    match period {
        Period::Year(year) => i32::from(year) + 20_000,
        Period::Month(year, month) => (i32::from(year) + 20_000) * 12 + i32::from(month) - 1,
    }
}

/// Type of a field's column.
pub(super) fn column_type(ty: &FieldType) -> &'static str {
    match ty {
        FieldType::Decimal | FieldType::Integer => "numeric",
        FieldType::Text | FieldType::Choice { .. } => "text",
        FieldType::Bool => "boolean",
        FieldType::Date => "date",
    }
}

/// What of a frame stands in the tables already.
pub(super) struct Projection<'a> {
    pub(super) package: &'a Package,
    pub(super) frame: &'a Frame,
    loaded: BTreeSet<(Table, i32)>,
    visits: BTreeMap<(Members, Whose, Period), i32>,
    given: BTreeMap<Given, i32>,
}

impl<'a> Projection<'a> {
    /// Makes the tables, empty, in a transaction that will be rolled back.
    pub(super) async fn create(
        package: &'a Package,
        frame: &'a Frame,
        connection: &mut PgConnection,
    ) -> Result<Self> {
        connection.execute("SET LOCAL join_collapse_limit = 1; SET LOCAL jit = off").await?;
        connection.execute(include_str!("functions.sql")).await?;
        connection
            .execute(
                "CREATE TEMP TABLE ev_visit (visits integer, subject integer, member integer) ON COMMIT DROP; \
                 CREATE TEMP TABLE ev_given (given integer, ordinal integer, figure numeric, \
                 PRIMARY KEY (given, ordinal)) ON COMMIT DROP",
            )
            .await?;
        for table in Table::ALL {
            let mut columns = Vec::new();
            for (field, ty) in fields(package, table) {
                let collation = if ty == "text" { " COLLATE \"C\"" } else { "" };
                columns.push(format!(", c{} {ty}{collation}", field.0));
            }
            let columns = columns.concat();
            let text = format!(
                "CREATE TEMP TABLE {} (period integer, ordinal integer{columns}, PRIMARY KEY (period, ordinal)) \
                 ON COMMIT DROP",
                table.name()
            );
            connection.execute(AssertSqlSafe(text)).await?;
        }
        Ok(Self { package, frame, loaded: BTreeSet::new(), visits: BTreeMap::new(), given: BTreeMap::new() })
    }

    /// Has the figures of everyone in a table for a period.
    pub(super) async fn load(
        &mut self,
        connection: &mut PgConnection,
        table: Table,
        period: Period,
    ) -> Result<()> {
        if !self.loaded.insert((table, code(period))) {
            return Ok(());
        }
        let count = self.everyone(table).len();
        let fields: Vec<_> = fields(self.package, table).collect();
        let positions = || (0..).zip(&fields);
        let names = positions().map(|(_, (field, _))| format!(", c{}", field.0)).collect::<Vec<_>>().concat();
        let aliases = positions().map(|(at, _)| format!(", v{at}")).collect::<Vec<_>>().concat();
        let reads = positions().map(|(at, (_, ty))| format!(", v{at}::{ty}")).collect::<Vec<_>>().concat();
        let arrays = positions().map(|(at, _)| format!(", ${}::text[]", at + 3)).collect::<Vec<_>>().concat();
        let text = format!(
            "INSERT INTO {} (period, ordinal{names}) SELECT $1, o{reads} \
             FROM unnest($2::integer[]{arrays}) AS given (o{aliases})",
            table.name()
        );
        let ordinals = self.everyone(table);
        for chunk in ordinals.chunks(CHUNK) {
            let numbers: Vec<i32> = chunk.iter().map(|ordinal| signed(*ordinal)).collect();
            let mut insert =
                query(AssertSqlSafe(text.clone())).persistent(false).bind(code(period)).bind(numbers);
            for (field, _) in &fields {
                let cells: Vec<Option<String>> =
                    chunk.iter().map(|ordinal| self.cell(*field, period, table.subject(*ordinal))).collect();
                insert = insert.bind(cells);
            }
            insert.execute(&mut *connection).await?;
        }
        if count > CHUNK {
            connection.execute(AssertSqlSafe(format!("ANALYZE {}", table.name()))).await?;
        }
        Ok(())
    }

    /// Positions of everyone in a table.
    fn everyone(&self, table: Table) -> Vec<u32> {
        let count = match table {
            Table::Enterprises => self.frame.enterprise_count(),
            Table::Parks => self.frame.parks().len(),
            Table::Records => self.frame.record_count(),
            Table::Groups(grouping) => {
                return self.frame.groups(grouping).map(|group| group.0).collect();
            }
        };
        (0..).take(count).collect()
    }

    /// Number under which a given figure stands: of everyone for whom it is known.
    pub(super) async fn give(
        &mut self,
        connection: &mut PgConnection,
        given: Given,
        figures: &BTreeMap<u32, Exact>,
    ) -> Result<i32> {
        let next = i32::try_from(self.given.len()).unwrap_or(i32::MAX);
        if let Some(known) = self.given.get(&given) {
            return Ok(*known);
        }
        let whose = |ordinal: u32| match given.figure.whose {
            Whose::Groups(grouping) if given.is_of_group => {
                let subject = given.table.subject(ordinal);
                self.frame.group_of(grouping, given.figure.period, subject).map(|group| group.0)
            }
            _ => Some(ordinal),
        };
        let (mut ordinals, mut values) = (Vec::new(), Vec::new());
        for ordinal in self.everyone(given.table) {
            if let Some(value) = whose(ordinal).and_then(|of| figures.get(&of)) {
                ordinals.push(signed(ordinal));
                values.push(value.to_string());
            }
        }
        let insert = "INSERT INTO ev_given SELECT $1, o, v::numeric \
                      FROM unnest($2::integer[], $3::text[]) AS given (o, v)";
        query(insert)
            .persistent(false)
            .bind(next)
            .bind(ordinals)
            .bind(values)
            .execute(&mut *connection)
            .await?;
        self.given.insert(given, next);
        Ok(next)
    }

    /// A cell as text, in base units. What a column cannot hold is left out: then the engine looks itself.
    fn cell(&self, field: FieldIx, period: Period, subject: SubjectIx) -> Option<String> {
        match self.frame.cell(field, period, subject) {
            Cell::Missing => None,
            Cell::Number(value) => {
                let declared = &self.package.fields[field.index()];
                let factor = self.package.unit_factor(declared.unit.as_deref());
                Some(value.checked_mul(factor)?.to_string())
            }
            Cell::Text(text) => (!text.contains('\0')).then(|| text.to_owned()),
            Cell::Bool(yes) => Some(yes.to_string()),
            Cell::Date(day) => (day.year() > 0).then(|| day.to_string()),
        }
    }

    /// Number under which the visits of an aggregate stand.
    pub(super) async fn visits(
        &mut self,
        connection: &mut PgConnection,
        over: Members,
        whose: Whose,
        period: Period,
    ) -> Result<i32> {
        let next = i32::try_from(self.visits.len()).unwrap_or(i32::MAX);
        if let Some(known) = self.visits.get(&(over, whose, period)) {
            return Ok(*known);
        }
        let all: Vec<(u32, SubjectIx)> = match whose {
            Whose::Parks => self.frame.parks().map(|(park, _)| (park.0, SubjectIx::Park(park))).collect(),
            Whose::Groups(grouping) => {
                self.frame.groups(grouping).map(|group| (group.0, SubjectIx::Group(group))).collect()
            }
        };
        let (mut subjects, mut members): (Vec<i32>, Vec<i32>) = (Vec::new(), Vec::new());
        for (ordinal, subject) in all {
            let visited = self.frame.visited(over, period, subject);
            subjects.extend(visited.iter().map(|_| signed(ordinal)));
            members.extend(visited.iter().map(|member| signed(*member)));
        }
        let insert =
            "INSERT INTO ev_visit SELECT $1, s, m FROM unnest($2::integer[], $3::integer[]) AS given (s, m)";
        query(insert)
            .persistent(false)
            .bind(next)
            .bind(subjects)
            .bind(members)
            .execute(&mut *connection)
            .await?;
        self.visits.insert((over, whose, period), next);
        Ok(next)
    }
}

fn fields(package: &Package, table: Table) -> impl Iterator<Item = (FieldIx, &'static str)> {
    let all = (0..).map(FieldIx).zip(&package.fields);
    all.filter(move |(_, field)| table.holds(field.subject))
        .map(|(index, field)| (index, column_type(&field.ty)))
}

fn signed(ordinal: u32) -> i32 {
    i32::try_from(ordinal).expect("a frame has fewer than two thousand million subjects")
}
