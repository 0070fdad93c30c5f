//! Who asks: from the session cookie to the scope. No handler makes a scope in another way.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use axum::{
    extract::{ConnectInfo, FromRequestParts},
    http::{HeaderMap, header, request::Parts},
};
use xiyuan_store::{Context, Scope, audit::Entry, users};

use crate::{error::ApiError, http::layers::REQUEST_ID, state::AppState};

/// Name of the session cookie.
pub const COOKIE: &str = "xiyuan_session";

/// A request before anybody is known.
#[derive(Clone, Debug)]
pub struct Visitor {
    /// Circumstances of the request.
    pub context: Context,
    /// Address.
    pub address: IpAddr,
}

impl FromRequestParts<AppState> for Visitor {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, ApiError> {
        let id = parts.headers.get(REQUEST_ID).and_then(|id| id.to_str().ok()).unwrap_or_default();
        let address = remote_address(parts, state.config.trusts_proxy);
        let sources = &state.sources;
        let context = Context::new(None, id, sources.clock.clone(), sources.entropy.clone());
        Ok(Self { context: context.from_address(address.to_string()), address })
    }
}

fn remote_address(parts: &Parts, trusts_proxy: bool) -> IpAddr {
    let forwarded = parts.headers.get("x-forwarded-for").filter(|_| trusts_proxy);
    let forwarded = forwarded.and_then(|value| value.to_str().ok()?.rsplit(',').next()?.trim().parse().ok());
    let connected = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip());
    forwarded.or(connected).unwrap_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED))
}

/// The logged-in caller of a request.
#[derive(Clone, Debug)]
pub struct Caller {
    /// Circumstances of the request, with the actor.
    pub context: Context,
    /// Session: user, grants, scope.
    pub session: users::Session,
}

impl Caller {
    /// What the caller may see and do.
    pub fn scope(&self) -> &Scope {
        &self.session.scope
    }

    /// Notes in the audit trail that sensitive figures were read. The reader does not wait for it: a long import
    /// may hold the one writer of SQLite for seconds.
    pub fn note_read(&self, state: &AppState, entry: Entry) {
        let (db, context) = (state.db.clone(), self.context.clone());
        tokio::spawn(async move {
            let noted = async {
                let mut tx = db.begin(&context).await?;
                tx.audit(entry);
                tx.commit("read").await
            };
            if let Err(error) = noted.await {
                tracing::error!(%error, "a read could not be noted in the audit trail");
            }
        });
    }
}

impl FromRequestParts<AppState> for Caller {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, ApiError> {
        let Visitor { mut context, .. } = Visitor::from_request_parts(parts, state).await?;
        let token = cookie(&parts.headers).ok_or(ApiError::Unauthenticated)?;
        let session = users::session(&state.db, &context, token).await?.ok_or(ApiError::Unauthenticated)?;
        context.actor = Some(session.user.id);
        Ok(Self { context, session })
    }
}

/// Token of the session cookie.
pub(crate) fn cookie(headers: &HeaderMap) -> Option<&str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(name, value)| *name == COOKIE && !value.is_empty())
        .map(|(_, value)| value)
}

/// `Set-Cookie` of a token; an empty one ends the cookie.
pub(crate) fn set_cookie(token: &str, is_secure: bool) -> String {
    let secure = if is_secure { "; Secure" } else { "" };
    let age = if token.is_empty() { "; Max-Age=0" } else { "" };
    format!("{COOKIE}={token}; Path=/; HttpOnly; SameSite=Lax{secure}{age}")
}
