//! The instance behind the sockets: one state under one lock, one answer to one request.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Semaphore;

use crate::api::{Reached, Tinies};
use crate::auth::Auth;
use crate::clock::{self, Clock};
use crate::control::Again;
use crate::faults::Faults;
use crate::http::{Answer, Request, pages};
use crate::log::{Log, Logged};
use crate::random::Random;
use crate::rate::Rates;
use crate::seed::{self, Size};
use crate::settings::Settings;
use crate::view::{Gone, View};
use crate::work::{self, Life, Met, Progress};
use crate::world::World;
use crate::{api, auth, control, cors};

/// Seconds since 1970, from whoever started the instance.
pub type Outside = Box<dyn Fn() -> i64 + Send + Sync>;

pub(crate) struct Shared {
    state: Mutex<State>,
    outside: Outside,
    readers: Semaphore,
}

#[derive(Debug)]
pub(crate) struct State {
    pub(crate) world: World,
    pub(crate) settings: Arc<Settings>,
    pub(crate) clock: Clock,
    pub(crate) random: Random,
    pub(crate) auth: Auth,
    pub(crate) faults: Faults,
    pub(crate) rates: Rates,
    pub(crate) tiny: Tinies,
    pub(crate) log: Log,
    pub(crate) snapshots: HashMap<String, Snapshot>,
    /// Until when life has gone on.
    lived: i64,
    /// Steps that it has not taken yet, until then.
    owed: u32,
    /// How many these were, and after what time they lie.
    spread: (u32, i64),
    /// The time of the machine when the request came.
    pub(crate) outside: i64,
}

/// What a snapshot holds: everything but faults and the log.
#[derive(Debug, Clone)]
pub(crate) struct Snapshot {
    world: World,
    settings: Arc<Settings>,
    clock: Clock,
    random: Random,
    auth: Auth,
    rates: Rates,
    tiny: Tinies,
}

/// Steps of life between two requests.
const MOST_STEPS: u32 = 10_000;

impl Shared {
    pub(crate) fn new(size: &Size, outside: Outside) -> Self {
        let random = Random::new(size.seed ^ 0x5eed);
        let now = outside();
        let state = State {
            world: seed::world(size),
            settings: Arc::default(),
            clock: Clock::default(),
            auth: Auth::new(),
            random,
            faults: Faults::new(size.seed),
            rates: Rates::default(),
            tiny: Tinies::default(),
            log: Log::default(),
            snapshots: HashMap::new(),
            lived: now,
            owed: 0,
            spread: (0, now),
            outside: now,
        };
        Self { state: Mutex::new(state), outside, readers: Semaphore::new(work::READERS) }
    }

    /// The instance as it is now.
    pub(crate) fn lock(&self) -> MutexGuard<'_, State> {
        let mut state = self.reach();
        while state.live() {}
        state
    }

    /// The instance, where life may still have to catch up with the clock.
    fn reach(&self) -> MutexGuard<'_, State> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.outside = (self.outside)();
        state
    }

    /// Others get between the pieces and while rows are read, and a client that leaves ends the
    /// work.
    pub(crate) async fn answer(&self, request: &Request) -> Answer {
        while self.reach().live() {
            tokio::task::yield_now().await;
        }
        let mut progress = self.reach().begin(request);
        loop {
            progress = match progress.aside(&self.readers).await {
                Progress::Answered(answer) => return answer,
                unfinished => {
                    tokio::task::yield_now().await;
                    self.reach().go_on(unfinished)
                }
            };
        }
    }

    /// What is said to a request that never became one.
    pub(crate) fn dated(&self, answer: Answer) -> Answer {
        self.reach().dated(answer)
    }
}

impl fmt::Debug for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shared").finish_non_exhaustive()
    }
}

impl State {
    pub(crate) fn now(&self) -> i64 {
        self.clock.now(self.outside)
    }

    /// The instance as it is now, and as it stays for whoever looks at this.
    pub(crate) fn view(&self) -> View {
        let settings = Arc::clone(&self.settings);
        View { world: self.world.clone(), settings, now: self.now(), gone: Gone::default() }
    }

    /// One to try changes of rows on; it draws numbers of its own.
    pub(crate) fn copy(&mut self) -> Self {
        Self {
            world: self.world.clone(),
            settings: Arc::clone(&self.settings),
            clock: self.clock,
            random: Random::new(self.random.next()),
            auth: self.auth.clone(),
            faults: Faults::new(0),
            rates: Rates::default(),
            tiny: Tinies::default(),
            log: Log::default(),
            snapshots: HashMap::new(),
            lived: self.lived,
            owed: 0,
            spread: self.spread,
            outside: self.outside,
        }
    }

    /// Takes some of the steps of life that the clock has left behind; whether more are left.
    fn live(&mut self) -> bool {
        let (now, stepped) = (self.now(), self.time_of_step());
        let passed = u32::try_from(now.saturating_sub(self.lived)).unwrap_or(0);
        let before = std::mem::replace(&mut self.lived, now);
        let owed = self.owed.saturating_add(passed.saturating_mul(self.settings.life));
        if owed > self.owed {
            let after = if self.owed == 0 { before } else { stepped };
            self.owed = owed.min(MOST_STEPS);
            self.spread = (self.owed, after);
        }
        (0..self.owed.min(work::PIECE)).for_each(|_| self.step());
        self.owed > 0
    }

    /// Takes one of the steps that are owed, at its time.
    fn step(&mut self) {
        self.owed = self.owed.saturating_sub(1);
        let at = Clock::standing(self.time_of_step());
        let clock = std::mem::replace(&mut self.clock, at);
        control::step(self);
        self.clock = clock;
    }

    /// When the last step was taken: they lie evenly over the time that has passed.
    fn time_of_step(&self) -> i64 {
        let (steps, after) = self.spread;
        let taken = i64::from(steps.saturating_sub(self.owed));
        let span = self.lived.saturating_sub(after).max(0);
        after.saturating_add(span.saturating_mul(taken) / i64::from(steps.max(1)))
    }

    pub(crate) fn snapshot(&mut self, name: String) {
        let kept = Snapshot {
            world: self.world.clone(),
            settings: Arc::clone(&self.settings),
            clock: self.clock,
            random: self.random.clone(),
            auth: self.auth.clone(),
            rates: self.rates.clone(),
            tiny: self.tiny.clone(),
        };
        self.snapshots.insert(name, kept);
    }

    /// Whether there is a snapshot of this name.
    pub(crate) fn restore(&mut self, name: &str) -> bool {
        let Some(kept) = self.snapshots.get(name).cloned() else { return false };
        let Snapshot { world, settings, clock, random, auth, rates, tiny } = kept;
        (self.world, self.settings, self.clock, self.random) = (world, settings, clock, random);
        (self.auth, self.rates, self.tiny) = (auth, rates, tiny);
        // A clock that runs has gone on, but nothing has happened meanwhile.
        (self.lived, self.owed) = (self.now(), 0);
        true
    }

    fn begin(&mut self, request: &Request) -> Progress {
        if let Some(path) = request.path.strip_prefix("/_sim/") {
            return match control::answer(self, path, request) {
                Progress::Answered(answer) => Progress::Answered(self.dated(answer)),
                unfinished => unfinished,
            };
        }
        let request = request.clone().overridden();
        let fault = self.faults.meet(&request);
        let instead = fault.as_ref().and_then(|fault| fault.instead(&self.settings));
        let reached = instead.map_or_else(|| self.honest(&request), Reached::Answer);
        let met = Met { request, fault };
        match reached {
            Reached::Answer(answer) => Progress::Answered(self.finish(&met, answer)),
            Reached::Reading(reading) => Progress::Reading(Box::new(met), reading),
            Reached::Batch(batch) => Progress::Batch(Box::new(met), batch),
        }
    }

    fn go_on(&mut self, progress: Progress) -> Progress {
        match progress {
            Progress::Answered(_) | Progress::Reading(..) => progress,
            Progress::Read(met, answer) => {
                let answer = api::finish(self, &met.request, answer);
                Progress::Answered(self.finish(&met, answer))
            }
            Progress::Batch(met, mut batch) => match batch.go_on(self, &met.request) {
                None => Progress::Batch(met, batch),
                Some(answer) => Progress::Answered(self.finish(&met, answer)),
            },
            Progress::Editing(editing) => {
                let outcome = match editing.finish(self) {
                    Ok(value) => Ok(value),
                    Err(Again::Refused(error)) => Err(error),
                    Err(Again::Later(editing)) => return Progress::Editing(editing),
                };
                Progress::Answered(self.dated(control::answered(outcome)))
            }
            Progress::Life(Life { steps, left }) => {
                let piece = left.min(work::PIECE);
                (0..piece).for_each(|_| control::step(self));
                match left - piece {
                    0 => Progress::Answered(self.dated(control::lived(steps))),
                    left => Progress::Life(Life { steps, left }),
                }
            }
        }
    }

    /// Spoils, exposes and writes down.
    fn finish(&mut self, met: &Met, answer: Answer) -> Answer {
        let Met { request, fault } = met;
        let mut answer = fault.iter().fold(answer, |answer, fault| fault.spoil(answer));
        if request.path.starts_with("/api/") {
            // Rules are about REST APIs; the pages and endpoints of sign-in are none.
            answer = cors::expose(&self.settings, request, api::in_form(request, answer));
        }
        self.write_log(request, answer.status);
        if request.method == "HEAD" {
            answer.body.clear();
        }
        self.dated(answer)
    }

    fn dated(&self, answer: Answer) -> Answer {
        answer.with("date", clock::http(self.now()))
    }

    fn honest(&mut self, request: &Request) -> Reached {
        if self.settings.hibernating {
            return pages::hibernating().into();
        }
        if let Some(to) = &self.settings.sso {
            return Answer::empty(302).with("location", to).into();
        }
        let of_api = request.path.starts_with("/api/");
        if request.method == "OPTIONS" && of_api {
            return cors::preflight(&self.settings, request).into();
        }
        let path = request.decoded_path();
        match &*path {
            "/oauth_token.do" => auth::token::answer(self, request).into(),
            "/oauth_auth.do" => auth::authorize::answer(self, request).into(),
            "/oauth_revoke_token.do" => auth::revoke(self, request).into(),
            path if path.starts_with("/api/") => api::answer(self, request),
            "/" | "/login.do" | "/nav_to.do" | "/incident.do" => pages::login().into(),
            _ => api::no_such_path(self).into(),
        }
    }

    fn write_log(&mut self, request: &Request, status: u16) {
        let user = auth::resolve(self, request).map_or_else(String::new, |row| {
            self.world.table_named("sys_user").map_or_else(String::new, |table| {
                self.world.text(table, row, "user_name").into_owned()
            })
        });
        let (method, path) = (request.method.clone(), request.path.clone());
        let query = request.query.clone();
        self.log.push(Logged { number: 0, method, path, query, user, status });
    }
}
