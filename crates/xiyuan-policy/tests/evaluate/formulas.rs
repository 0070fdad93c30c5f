//! Random formulas for every kind of subject, of months and years, that rest on indicators made before.

use jiff::civil::date;
use xiyuan_policy::package::{Frequency, Subject};
use xiyuan_policy::plan::{
    AggregateFunction, Arithmetic, Calendar, Comparison, Expression, FieldIx, IndicatorIx, Members, Of,
    Rounding, Span,
};

use crate::city::{
    AREA, CITY_RATE, ENERGY, FOUNDED, INDUSTRY, IS_ABOVE_SCALE, IS_LEADING, LAND, LEADING_INDUSTRY, LOAN,
    LOAN_AMOUNT, LOAN_KIND, LOAN_OPEN, MONEY_LINE, OUTPUT, PROFIT, REVENUE, SALES, SHARE_LINE, SITE_AREA,
    SITE_READY, STAFF, arithmetic, divide, exact,
};
use crate::random::{Dice, comparison};
use crate::worlds::{is_grouped, overs};

/// An indicator made before, and how many of its periods it looks back (its own not counted).
pub struct Made {
    pub index: IndicatorIx,
    pub subject: Subject,
    pub frequency: Frequency,
    pub is_truth: bool,
    pub reach: u32,
}

/// Looks back to January, or over the months of a year: it cannot be moved.
const FIXED: u32 = 100;

/// Where in a formula something stands.
#[derive(Clone, Copy)]
struct Place {
    /// What an enclosing aggregate visits.
    over: Option<Members>,
    /// What the periods of an enclosing window are, and how far back it goes.
    window: Option<(Frequency, u32)>,
}

/// Makes one formula.
pub struct Maker<'m> {
    dice: &'m mut Dice,
    made: &'m [Made],
    subject: Subject,
    frequency: Frequency,
    reach: u32,
}

const NOWHERE: Place = Place { over: None, window: None };

impl<'m> Maker<'m> {
    pub fn new(dice: &'m mut Dice, made: &'m [Made], subject: Subject, frequency: Frequency) -> Self {
        Self { dice, made, subject, frequency, reach: 0 }
    }

    /// A formula and how far it looks back.
    pub fn formula(mut self, is_truth: bool) -> (Expression, u32) {
        let expression = if is_truth {
            self.truth(NOWHERE, 2)
        } else if self.dice.chance(35) {
            divide(self.number(NOWHERE, 1), self.number(NOWHERE, 1))
        } else {
            self.number(NOWHERE, 2)
        };
        (expression, self.reach)
    }

    /// How many periods of a kind can be looked back from where they are computed.
    fn budget(frequency: Frequency) -> u32 {
        if frequency == Frequency::Year { 2 } else { 3 }
    }

    /// Kind of the periods here.
    fn here(&self, place: Place) -> Frequency {
        place.window.map_or(self.frequency, |(frequency, _)| frequency)
    }

    /// Over the months of a year, of which those since last October are there.
    fn is_in_year(&self, place: Place) -> bool {
        self.frequency == Frequency::Year && self.here(place) == Frequency::Month
    }

    /// Whether something that looks back so far may stand here; notes how far the formula then looks.
    fn may_reach(&mut self, place: Place, back: u32) -> bool {
        let depth =
            if self.is_in_year(place) { back } else { place.window.map_or(0, |(_, depth)| depth) + back };
        if depth > Self::budget(self.here(place)) {
            return false;
        }
        self.reach = self.reach.max(if self.is_in_year(place) { FIXED } else { depth });
        true
    }

    fn shift(&mut self) -> u32 {
        u32::from(self.dice.chance(15))
    }

    /// Whose values are read where members are visited.
    fn member(place: Place) -> (Option<Subject>, Of) {
        match place.over {
            Some(Members::Enterprises) => (Some(Subject::Enterprise), Of::Member),
            Some(Members::Parks) => (Some(Subject::Park), Of::Member),
            Some(Members::Records(kind)) => (Some(Subject::Record(kind)), Of::Member),
            _ => (None, Of::Subject),
        }
    }

    fn field(&mut self, place: Place, field: FieldIx, of: Of, is_dated: bool) -> Expression {
        let mut shift = if is_dated { self.shift() } else { 0 };
        if !self.may_reach(place, shift) {
            shift = 0;
            assert!(self.may_reach(place, 0), "what is here now can always be read");
        }
        Expression::Field { field, of, shift }
    }

    fn leaf(&mut self, place: Place) -> Expression {
        let (member, of) = Self::member(place);
        let whose = member.unwrap_or(self.subject);
        let here = self.here(place);
        if self.dice.chance(35)
            && let Some(figure) = self.figure(place, false)
        {
            return figure;
        }
        match (whose, here) {
            (Subject::Enterprise, Frequency::Year) => {
                let field = self.dice.pick(&[REVENUE, REVENUE, OUTPUT, PROFIT, LAND, STAFF]);
                self.field(place, field, of, true)
            }
            (Subject::Enterprise, Frequency::Month) => {
                let field = self.dice.pick(&[SALES, SALES, ENERGY]);
                self.field(place, field, of, true)
            }
            (Subject::Park, Frequency::Year) => self.field(place, AREA, of, true),
            (Subject::Record(LOAN), _) => self.field(place, LOAN_AMOUNT, of, false),
            (Subject::Record(_), _) => self.field(place, SITE_AREA, of, false),
            _ => match self.dice.below(3) {
                0 if here == Frequency::Year && place.window.is_none() => {
                    Expression::Benchmark { benchmark: CITY_RATE, shift: 0 }
                }
                1 => Expression::Parameter(SHARE_LINE),
                _ => Expression::Number(exact("3.5")),
            },
        }
    }

    /// A figure made before: of the subject, of the member, of the group of either.
    fn figure(&mut self, place: Place, is_truth: bool) -> Option<Expression> {
        let (member, of) = Self::member(place);
        let whose = member.unwrap_or(self.subject);
        let here = self.here(place);
        let fits = |made: &&Made| {
            let is_wider = matches!(made.subject, Subject::Group(grouping) if is_grouped(grouping, whose));
            made.frequency == here && made.is_truth == is_truth && (made.subject == whose || is_wider)
        };
        let found: Vec<&Made> = self.made.iter().filter(fits).collect();
        if found.is_empty() {
            return None;
        }
        let made = found[self.dice.below(found.len())];
        let mut shift = self.shift();
        if !self.may_reach(place, made.reach + shift) {
            shift = 0;
            // A figure that looks back to January can be read as it is, but not in a window that moves.
            let is_now = made.reach >= FIXED && (place.window.is_none() || self.is_in_year(place));
            if is_now {
                self.reach = FIXED;
            } else if !self.may_reach(place, made.reach) {
                return None;
            }
        }
        let indicator = made.index;
        Some(match made.subject {
            Subject::Group(grouping) if made.subject != whose => {
                Expression::Wider { grouping, indicator, of, shift }
            }
            _ => Expression::Indicator { indicator, of, shift },
        })
    }

    fn boxed(&mut self, place: Place, depth: usize) -> Box<Expression> {
        Box::new(self.number(place, depth))
    }

    fn number(&mut self, place: Place, depth: usize) -> Expression {
        let may_visit = place.over.is_none() && place.window.is_none() && !overs(self.subject).is_empty();
        if may_visit && self.dice.chance(if matches!(self.subject, Subject::Enterprise) { 12 } else { 65 }) {
            return self.aggregate();
        }
        if place.window.is_none() && self.dice.chance(20) {
            return self.window(place);
        }
        if depth == 0 {
            return self.leaf(place);
        }
        match self.dice.below(16) {
            0..=5 => self.leaf(place),
            6 | 7 => {
                let op = self.dice.pick(&[Arithmetic::Add, Arithmetic::Subtract]);
                arithmetic(op, self.number(place, depth - 1), self.number(place, depth - 1))
            }
            8 => {
                let factor = Expression::Number(exact(self.dice.pick(&["2", "-0.5", "0.01"])));
                arithmetic(Arithmetic::Multiply, factor, self.number(place, depth - 1))
            }
            9 => divide(self.number(place, depth - 1), self.number(place, depth - 1)),
            10 => Expression::Negate(self.boxed(place, depth - 1)),
            11 => Expression::Absolute(self.boxed(place, depth - 1)),
            12 => Expression::Greatest(vec![self.number(place, depth - 1), self.number(place, depth - 1)]),
            13 => Expression::Round {
                of: self.boxed(place, depth - 1),
                digits: 1,
                mode: self.dice.pick(&[Rounding::HalfAwayFromZero, Rounding::HalfEven, Rounding::Ceiling]),
                unit_factor: exact("10000"),
            },
            14 => Expression::Case {
                branches: vec![(self.truth(place, 0), self.number(place, depth - 1))],
                otherwise: self.dice.chance(70).then(|| self.boxed(place, depth - 1)),
            },
            _ => self.between(place).unwrap_or_else(|| self.leaf(place)),
        }
    }

    /// Years and the like between the founding and the end of the period, of an enterprise.
    fn between(&mut self, place: Place) -> Option<Expression> {
        let (member, of) = Self::member(place);
        let is_enterprise = member.unwrap_or(self.subject) == Subject::Enterprise;
        if !is_enterprise || self.here(place) == Frequency::Month {
            return None;
        }
        let count = self.dice.pick(&[Calendar::Days, Calendar::Months, Calendar::Years]);
        let founded = Box::new(self.field(place, FOUNDED, of, false));
        let day = Box::new(if self.dice.chance(30) {
            Expression::Date(date(2023, 12, 30))
        } else {
            Expression::PeriodDay { is_first: self.dice.chance(30) }
        });
        let (from, to) = if self.dice.chance(80) { (founded, day) } else { (day, founded) };
        Some(Expression::Between { count, from, to })
    }

    fn aggregate(&mut self) -> Expression {
        let over = self.dice.pick(&overs(self.subject));
        let place = Place { over: Some(over), window: None };
        let filter = self.dice.chance(45).then(|| Box::new(self.truth(place, 1)));
        let function = match self.dice.below(12) {
            0..=4 => AggregateFunction::Sum,
            5 | 6 => AggregateFunction::Count,
            7 => AggregateFunction::Reported,
            8 => AggregateFunction::CountDistinct,
            9 => AggregateFunction::Avg,
            10 => AggregateFunction::Min,
            _ => AggregateFunction::Max,
        };
        let depth = usize::from(self.dice.chance(40));
        let argument = match function {
            AggregateFunction::Count => None,
            _ => Some(self.boxed(place, depth)),
        };
        Expression::Aggregate { over, function, argument, filter }
    }

    /// Sum, mean or number reported of a figure over months or years.
    fn window(&mut self, place: Place) -> Expression {
        let (member, _) = Self::member(place);
        let whose = member.unwrap_or(self.subject);
        let has_months = |made: &Made| made.frequency == Frequency::Month && made.subject == whose;
        let has_months = whose == Subject::Enterprise || self.made.iter().any(has_months);
        let frequency = match self.frequency {
            Frequency::Month => Frequency::Month,
            Frequency::Year if has_months && self.dice.chance(70) => Frequency::Month,
            Frequency::Year => Frequency::Year,
        };
        let is_to_date = self.dice.chance(50);
        let last =
            if is_to_date { None } else { Some(u32::try_from(1 + self.dice.below(3)).expect("small")) };
        let depth = match (self.frequency, frequency, last) {
            (Frequency::Month, _, None) => FIXED,
            (Frequency::Year, Frequency::Year, None) => 0,
            (Frequency::Year, Frequency::Month, _) => 1,
            (_, _, Some(last)) => last - 1,
        };
        let inside = Place { window: Some((frequency, depth)), ..place };
        if depth == FIXED {
            self.reach = FIXED;
        }
        let function = self.dice.pick(&[
            AggregateFunction::Sum,
            AggregateFunction::Sum,
            AggregateFunction::Avg,
            AggregateFunction::Reported,
        ]);
        // Since January: from the month that is computed that is one month back, which nothing needs to look beyond.
        let inside = if depth == FIXED { Place { window: Some((frequency, 1)), ..place } } else { inside };
        let argument = Some(Box::new(self.leaf(inside)));
        let over = Members::Periods(Span { frequency, last });
        Expression::Aggregate { over, function, argument, filter: None }
    }

    fn truth(&mut self, place: Place, depth: usize) -> Expression {
        if depth > 0 && self.dice.chance(25) {
            let (one, two) = (self.truth(place, depth - 1), self.truth(place, depth - 1));
            return match self.dice.below(3) {
                0 => Expression::And(Box::new(one), Box::new(two)),
                1 => Expression::Or(Box::new(one), Box::new(two)),
                _ => Expression::Not(Box::new(one)),
            };
        }
        if self.dice.chance(35)
            && let Some(figure) = self.figure(place, true)
        {
            let one = Box::new(Expression::Number(exact("1")));
            return Expression::Compare { op: Comparison::Equal, left: Box::new(figure), right: one };
        }
        let (member, of) = Self::member(place);
        let whose = member.unwrap_or(self.subject);
        let text = |field: FieldIx, code: &str| Expression::Compare {
            op: Comparison::Equal,
            left: Box::new(Expression::Field { field, of, shift: 0 }),
            right: Box::new(Expression::Text(code.to_owned())),
        };
        match (whose, self.here(place), self.dice.below(6)) {
            (Subject::Enterprise, Frequency::Year, 0) => self.field(place, IS_LEADING, of, true),
            (Subject::Enterprise, Frequency::Year, 1) => self.field(place, IS_ABOVE_SCALE, of, false),
            (Subject::Enterprise, Frequency::Year, 2)
                if self.subject == Subject::Park && member.is_some() =>
            {
                let [left, right] = [(INDUSTRY, Of::Member), (LEADING_INDUSTRY, Of::Subject)]
                    .map(|(field, of)| Box::new(Expression::Field { field, of, shift: 0 }));
                Expression::Compare { op: Comparison::Equal, left, right }
            }
            (Subject::Enterprise, Frequency::Year, 2) => Expression::In {
                of: Box::new(self.field(place, INDUSTRY, of, true)),
                list: ["a", "b"].map(|code| Expression::Text(code.to_owned())).to_vec(),
                negated: self.dice.chance(30),
            },
            (Subject::Enterprise, Frequency::Year, 3) => Expression::Compare {
                op: comparison(self.dice),
                left: Box::new(self.field(place, FOUNDED, of, false)),
                right: Box::new(Expression::Date(date(2015, 6, 1))),
            },
            (Subject::Record(LOAN), _, 0 | 1) => self.field(place, LOAN_OPEN, of, false),
            (Subject::Record(LOAN), _, 2 | 3) => text(LOAN_KIND, "a"),
            (Subject::Record(_), _, 0..=3) if whose != Subject::Record(LOAN) => {
                self.field(place, SITE_READY, of, false)
            }
            _ => {
                let line = self.dice.pick(&[MONEY_LINE, SHARE_LINE]);
                let left = Box::new(self.leaf(place));
                Expression::Compare {
                    op: comparison(self.dice),
                    left,
                    right: Box::new(Expression::Parameter(line)),
                }
            }
        }
    }
}
