//! The server under test.

use std::{net::SocketAddr, path::Path};

use serde_json::json;
use tokio::{net::TcpListener, sync::oneshot, task::JoinHandle};
use xiyuan_server::{AppState, Config, Limits, Services, Sources};
use xiyuan_store::{
    Context, Database, EnterpriseId, Entropy, Role, Scope,
    users::{self, NewGrant, PasswordPolicy},
};

use crate::{Caller, SmallCity, TestClock};

/// Password of every test account.
pub const PASSWORD: &str = "Test-Password-1";

/// The real router on a free port over a fresh database with a [`SmallCity`].
pub struct TestApp {
    /// The clock.
    pub clock: TestClock,
    /// The server's services, for what has no HTTP.
    pub state: AppState,
    /// What the database holds.
    pub city: SmallCity,
    base: String,
    stop: oneshot::Sender<()>,
    served: JoinHandle<std::io::Result<()>>,
}

impl TestApp {
    /// Starts over a database address and fills the city.
    pub async fn start(database: &str, dir: &Path) -> Self {
        let db = Database::connect(database).await.expect("the database opens");
        let clock = TestClock::default();
        let sources = Sources {
            clock: clock.clock(),
            entropy: Entropy::seeded(20_231_123),
            passwords: PasswordPolicy::cheap(),
        };
        let config = Config {
            listen: SocketAddr::from(([127, 0, 0, 1], 0)),
            database: database.to_owned(),
            data_dir: dir.to_owned(),
            is_cookie_secure: false,
            trusts_proxy: false,
            limits: Limits { logins_per_minute: 1_000, ..Limits::default() },
        };
        let state = Services::start(config, db, sources).await.expect("the services start");
        let city = SmallCity::fill(&state).await;
        let listener = TcpListener::bind(state.config.listen).await.expect("a free port");
        let base = format!("http://{}", listener.local_addr().expect("an address"));
        let (stop, stopped) = oneshot::channel();
        let shutdown = async move {
            let _ = stopped.await;
        };
        let served = tokio::spawn(xiyuan_server::serve(state.clone(), listener, shutdown));
        Self { clock, state, city, base, stop, served }
    }

    /// Stops the server and closes the database.
    pub async fn stop(self) {
        let _ = self.stop.send(());
        self.served.abort();
        self.state.db.close().await;
    }

    /// Nobody.
    pub fn anonymous(&self) -> Caller {
        Caller::new(&self.base)
    }

    /// Officer of the whole city.
    pub async fn city_officer(&self) -> Caller {
        self.with(NewGrant::Organisation(Role::CityOfficer, self.city.city)).await
    }

    /// Officer of a district, by its position.
    pub async fn district_officer(&self, district: usize) -> Caller {
        self.with(NewGrant::Organisation(Role::DistrictOfficer, self.city.districts[district])).await
    }

    /// Operator of a park, by its position.
    pub async fn park_operator(&self, park: usize) -> Caller {
        self.with(NewGrant::Organisation(Role::ParkOperator, self.city.operators[park])).await
    }

    /// Statistician of an enterprise.
    pub async fn enterprise(&self, enterprise: EnterpriseId) -> Caller {
        self.with(NewGrant::Enterprise(Role::EnterpriseStatistician, enterprise)).await
    }

    /// Officer of a bank.
    pub async fn bank(&self) -> Caller {
        self.with(NewGrant::Organisation(Role::BankOfficer, self.city.bank)).await
    }

    /// Security auditor.
    pub async fn auditor(&self) -> Caller {
        self.with(NewGrant::Everywhere(Role::AuditAdmin)).await
    }

    /// Somebody new with one grant, logged in.
    pub async fn with(&self, grant: NewGrant) -> Caller {
        let username = self.account(grant).await;
        let caller = self.anonymous();
        let body = json!({ "username": username, "password": PASSWORD });
        caller.post("/session", body).await.expect(200);
        caller
    }

    /// Somebody new with one grant, not logged in: the login name.
    pub async fn account(&self, grant: NewGrant) -> String {
        let context = self.context();
        let username = format!("u{}", context.new_id().simple());
        let scope = Scope::system("test account");
        let mut tx = self.state.db.begin(&context).await.expect("a transaction");
        let cheap = PasswordPolicy::cheap();
        let user = users::insert(&mut tx, &scope, &cheap, &username, "演示人员", PASSWORD, true)
            .await
            .expect("a user");
        users::give(&mut tx, &scope, user.id, grant).await.expect("a grant");
        tx.commit("test account").await.expect("a commit");
        username
    }

    /// A context of the system.
    pub fn context(&self) -> Context {
        self.state.own_context("test")
    }
}
