//! What is asked, with the defaults that every page and the command line share.

use crate::{
    engine::Question,
    error::{ApiError, ApiResult},
    state::Services,
};

/// What is to be checked; everything has a default.
#[derive(Clone, Debug, Default)]
pub struct CheckQuestion {
    /// Year; the latest filed one when absent.
    pub year: Option<i16>,
    /// Policy package; the default one when absent.
    pub policy: Option<String>,
    /// Assessment; the package's first when absent.
    pub assessment: Option<String>,
    /// Known time: commit number or instant; now when absent.
    pub as_of: Option<String>,
    /// Parameter id and value in the parameter's unit.
    pub parameters: Vec<(String, String)>,
    /// Condition id and reading id.
    pub readings: Vec<(String, String)>,
}

impl CheckQuestion {
    /// With the year filled in.
    pub(crate) async fn complete(&self, services: &Services) -> ApiResult<Question> {
        let year = match self.year {
            Some(year @ 1949..=2200) => year,
            Some(year) => {
                return Err(ApiError::field("year", "out-of-range", format!("年度 {year} 超出可用范围。")));
            }
            None => services.engine.latest_year(services.today()).await?,
        };
        Ok(Question {
            policy: self.policy.clone(),
            assessment: self.assessment.clone(),
            year,
            as_of: self.as_of.clone(),
            parameters: self.parameters.clone(),
            readings: self.readings.clone(),
        })
    }

    /// Whether anything differs from the policy as it is.
    pub(crate) fn is_changed(&self) -> bool {
        !self.parameters.is_empty() || !self.readings.is_empty()
    }
}

/// `ID:VALUE` pairs of a query; `ID=VALUE` is what the command line takes.
pub(crate) fn pairs(name: &str, texts: &[String]) -> ApiResult<Vec<(String, String)>> {
    texts
        .iter()
        .map(|text| {
            let pair = text.split_once(':').or_else(|| text.split_once('='));
            pair.map(|(id, value)| (id.trim().to_owned(), value.trim().to_owned()))
                .ok_or_else(|| ApiError::field(name, "malformed", format!("“{text}”应写作“标识:取值”。")))
        })
        .collect()
}
