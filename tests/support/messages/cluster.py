"""Kubernetes, CI and what else runs between tests and services."""


def said(test, message, *, error="", stack=""):
    return {"test": test, "error_class": error, "message": message, "stack": stack}


E2E = "\nIn [It] at: shop.dev/e2e/node/pods.go:{line} @ 12/10/26 13:52:29.{n}"

FAMILIES = (
    (
        "pods that fail",
        {
            "exit 2": [
                said(
                    "pods end",
                    "[FAILED] 1 errors:\npod pod-terminate-status-{small}-{small} on node {node} container unexpected exit code 2: start={day} 13:51:30 +0000 UTC end={day} 13:51:34 +0000 UTC reason=Error message="
                    + E2E,
                )
            ],
            "oom": [
                said(
                    "pods end",
                    "[FAILED] 1 errors:\npod pod-terminate-status-{small}-{small} on node {node} container unexpected exit code 137: start={day} 13:51:30 +0000 UTC end={day} 13:51:34 +0000 UTC reason=OOMKilled message="
                    + E2E,
                )
            ],
        },
    ),
    (
        "pods not ready",
        {
            "payments": [
                said(
                    f"deploy {name}",
                    "pod payments-{pod} on node {node} ({ip}) is not ready after {dur}: containers with unready status: [payments] (uid {uuid})",
                )
                for name in ("a", "b")
            ],
            "orders": [
                said(
                    "deploy c",
                    "pod orders-{pod} on node {node} ({ip}) is not ready after {dur}: containers with unready status: [orders] (uid {uuid})",
                )
            ],
            "image": [
                said(
                    "deploy d",
                    'Failed to pull image "registry.example.com/shop/catalog:{hex}": rpc error: code = NotFound desc = failed to pull and unpack image: not found',
                )
            ],
            "schedule": [
                said(
                    "deploy e",
                    "0/{small} nodes are available: {small} Insufficient memory. preemption: 0/{small} nodes are available",
                )
            ],
            "pod crash": [
                said(
                    "deploy f",
                    "Back-off restarting failed container inventory in pod inventory-{pod}_integration({uuid})",
                )
            ],
        },
    ),
    (
        "probes",
        {
            "readiness": [
                said(
                    "ready",
                    'Readiness probe failed: Get "http://{ip}:8080/health": context deadline exceeded (Client.Timeout exceeded while awaiting headers)',
                )
            ],
            "liveness": [said("alive", "Liveness probe failed: HTTP probe failed with statuscode: 503")],
        },
    ),
    (
        "runners",
        {
            "disk": [
                said(f"build {name}", "write /builds/shop/{hex}/out.bin: no space left on device")
                for name in ("a", "b")
            ],
            "docker": [
                said(
                    "build c",
                    "Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?",
                )
            ],
            "lost": [
                said(
                    "build d",
                    "The runner has received a shutdown signal. Runner {node} lost communication with the server at {ts}.",
                )
            ],
            "rate": [
                said(
                    "build e",
                    "toomanyrequests: You have reached your pull rate limit. See https://www.docker.com/increase-rate-limit",
                )
            ],
        },
    ),
    (
        "tenants and tokens",
        {
            "tenant quota": [
                said(
                    f"quota {name}",
                    "quota of tenant '{tenant}' is used up: {n} of {n} orders this month",
                    error="QuotaError",
                )
                for name in ("a", "b")
            ],
            "token": [said("auth a", "token {jwt} of user '{mail}' expired at {ts}", error="AuthError")],
            "signature": [said("auth b", "token {jwt} of user '{mail}' has an invalid signature", error="AuthError")],
            "customer": [
                said(
                    "bill a",
                    "No such customer: '{cus}'; a similar object exists in test mode, but a live mode key was used",
                    error="InvalidRequestError",
                )
            ],
        },
    ),
    (
        "queues",
        {
            "lag": [
                said(
                    f"events {name}",
                    "consumer group orders-{small} is {n} messages behind on topic shop.orders (partition {small}) after {dur}",
                    error="LagError",
                )
                for name in ("a", "b")
            ],
            "other topic": [
                said(
                    "events c",
                    "consumer group mails-{small} is {n} messages behind on topic shop.mails (partition {small}) after {dur}",
                    error="LagError",
                )
            ],
            "broker": [
                said("events d", "Broker: Leader not available (topic shop.orders, request {uuid})", error="KafkaError")
            ],
        },
    ),
    (
        "certificates",
        {
            "expired": [
                said(
                    f"tls {name}", "x509: certificate has expired or is not yet valid: current time {ts} is after {ts}"
                )
                for name in ("a", "b")
            ],
            "authority": [said("tls c", "x509: certificate signed by unknown authority")],
            "name": [said("tls d", "x509: certificate is valid for shop.example.com, not pay.example.com")],
        },
    ),
)
