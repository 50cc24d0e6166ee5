//! How much is done at once, and what a client is told when it is too much.

use super::*;

/// THREATS 21: a full house says so and when to come back, and small requests are still answered.
#[tokio::test]
async fn a_full_house_answers_busy() {
    let world = World::default();
    let limits = LimitsConfig {
        bodies_mebibytes: 1,
        ..LimitsConfig::default()
    };
    let app = router(service_with(&world, limits));
    let busy = post(&app, "/v1/verify", "application/pdf", vec![b' '; 2 << 20]).await;
    assert_eq!(busy.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(busy.headers["retry-after"], "2");
    let small = post(&app, "/v1/verify", "text/plain", world.code(NAME)).await;
    assert_eq!(small.status, StatusCode::OK);
}

/// Every core taken until this is released.
struct Occupied {
    release: std::sync::mpsc::Sender<()>,
    working: Vec<tokio::task::JoinHandle<Result<(), Problem>>>,
}

impl Occupied {
    async fn all_of(service: &Arc<Service>) -> Self {
        let cores = std::thread::available_parallelism().unwrap().get();
        let (release, wait) = std::sync::mpsc::channel::<()>();
        let wait = Arc::new(std::sync::Mutex::new(wait));
        let (started, mut starts) = tokio::sync::mpsc::unbounded_channel();
        let mut working = Vec::new();
        for _ in 0..cores {
            let (service, wait, started) = (service.clone(), wait.clone(), started.clone());
            working.push(tokio::spawn(async move {
                let work = move || {
                    started.send(()).unwrap();
                    wait.lock().unwrap().recv().unwrap();
                };
                service.on_a_core(work).await
            }));
        }
        for _ in 0..cores {
            starts.recv().await.unwrap();
        }
        Self { release, working }
    }

    async fn end(self) {
        for _ in &self.working {
            self.release.send(()).unwrap();
        }
        for work in self.working {
            assert_eq!(work.await.unwrap(), Ok(()));
        }
    }
}

/// THREATS 21: what takes long waits for a core in a bounded queue, the reading of JSON-LD too; what is quick does not.
#[tokio::test]
async fn work_beyond_the_queue_is_refused() {
    let limits = LimitsConfig {
        queue: 0,
        ..LimitsConfig::default()
    };
    let world = World::default();
    let service = service_with(&world, limits);
    let app = router(service.clone());
    let credential = Value::Object(document(&world.certificate(NAME)));
    let wrapped = json!({"verifiableCredential": credential}).to_string();
    let mut foreign = credential.clone();
    foreign["name"] = json!("Another course");
    let occupied = Occupied::all_of(&service).await;
    assert_eq!(service.on_a_core(|| ()).await, Err(Problem::Busy));
    for (path, body) in [
        ("/credentials/verify", wrapped.clone()),
        ("/v1/verify", foreign.to_string()),
    ] {
        let busy = post(&app, path, "application/json", body).await;
        assert_eq!(busy.status, StatusCode::SERVICE_UNAVAILABLE, "{path}");
    }
    let quick = post(&app, "/v1/verify", "text/plain", world.code(NAME)).await;
    assert_eq!(quick.status, StatusCode::OK);
    occupied.end().await;
    assert_eq!(service.on_a_core(|| 7).await, Ok(7));
    let done = post(&app, "/credentials/verify", "application/json", wrapped).await;
    assert_eq!(done.status, StatusCode::OK);
}
