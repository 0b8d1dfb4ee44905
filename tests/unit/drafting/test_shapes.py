"""Folders as they are in the world, and what a sensible person would call a service there."""

from tests.support.trees import drafted, left_out, service, services

SHOP = "ghcr.io/shop"


def test_a_compose_demo_of_images_knows_its_own_from_the_stores():
    outline = drafted(
        {
            "docker-compose.yml": """
                services:
                  front-end: {image: shopdemo/front-end:0.3, depends_on: [catalogue, carts]}
                  catalogue: {image: shopdemo/catalogue:0.3, depends_on: {catalogue-db: {condition: service_healthy}}}
                  catalogue-db: {image: mysql:8}
                  carts: {image: "${REGISTRY}/carts", depends_on: [queue]}
                  queue: {image: rabbitmq:3}
                  mail: {image: axllent/mailpit}
                  tool: {image: someone/tool}
                """
        }
    )
    assert services(outline) == ["carts", "catalogue", "front-end"]
    assert service(outline, "front-end").depends_on == ("carts", "catalogue")
    assert service(outline, "front-end").notes == ("Its code was not found here.",)
    assert left_out(outline)["catalogue-db (docker-compose.yml)"] == "the image mysql is somebody else's"
    assert "public registry" in left_out(outline)["tool (docker-compose.yml)"]


def test_compose_services_that_are_built_are_their_folders():
    outline = drafted(
        {
            "compose.yaml": """
                services:
                  payments: {build: ./pay, depends_on: [db]}
                  web: {build: {context: ., dockerfile: apps/web/Dockerfile}, depends_on: [payments]}
                  db: {build: ./db}
                """,
            "pay/Dockerfile": "",
            "pay/requirements.txt": "",
            "apps/web/Dockerfile": "",
            "db/Dockerfile": "",
        }
    )
    assert services(outline) == ["payments", "web"]
    assert service(outline, "web").depends_on == ("payments",)
    assert service(outline, "payments").because == ("compose.yaml", "pay/Dockerfile", "pay/requirements.txt")
    assert left_out(outline) == {"db": "by its name a store or a tool, not a service"}


def test_charts_and_overlays_find_the_code_they_deploy_in_another_repository():
    outline = drafted(
        {
            "payments/Dockerfile": "",
            "payments/go.mod": "module example.com/shop/payments/v2\n",
            "inventory/Dockerfile": "",
            "gitops/charts/payments/Chart.yaml": "name: payments\ndescription: Cards and refunds\n",
            "gitops/charts/payments/values-staging.yaml": "a: 1\n",
            "gitops/charts/payments/templates/deployment.yaml": "kind: Deployment\nname: {{ .Values.x }}\n",
            "gitops/charts/common/Chart.yaml": "name: common\ntype: library\n",
            "gitops/charts/shop/Chart.yaml": "name: shop\ndependencies: [{name: payments, repository: 'file://../payments'}]\n",
            "gitops/apps/inventory/base/deployment.yaml": "kind: Deployment\nmetadata: {name: inventory-service}\n",
            "gitops/apps/inventory/overlays/uat-2/kustomization.yaml": "resources: []\n",
            "gitops/apps/inventory/overlays/prod/kustomization.yaml": "resources: []\n",
            "gitops/apps/redis/deployment.yaml": "kind: StatefulSet\nmetadata: {name: cache}\nspec: {template: {spec: {containers: [{image: redis}]}}}\n",
        },
        repositories=("payments", "inventory", "gitops"),
    )
    assert services(outline) == ["inventory", "payments"]
    assert service(outline, "payments").repository == "https://git.example/payments"
    assert service(outline, "payments").description == "Cards and refunds"
    assert service(outline, "inventory").kubernetes == ("inventory-service",)
    assert [each.name for each in outline.environments] == ["staging", "uat-2"]
    assert outline.aside == ("prod",)
    assert left_out(outline) == {
        "common (gitops/charts/common/Chart.yaml)": "the Helm chart is a library",
        "shop (gitops/charts/shop/Chart.yaml)": "a Helm chart of other charts",
        "cache (gitops/apps/redis/deployment.yaml)": "the image redis is somebody else's",
    }


def test_a_pnpm_monorepo_has_its_apps_and_not_its_packages():
    outline = drafted(
        {
            "package.json": '{"name": "shop", "private": true, "scripts": {"start": "turbo start"}}',
            "pnpm-workspace.yaml": "packages: [apps/*, packages/*]\n",
            "Dockerfile": "",
            "apps/storefront/package.json": '{"name": "@shop/storefront", "scripts": {"start": "next start"}}',
            "apps/storefront/Dockerfile": "",
            "apps/admin/package.json": '{"name": "@shop/admin", "scripts": {"start": "next start"}}',
            "packages/ui/package.json": '{"name": "@shop/ui", "exports": "./index.js", "scripts": {"start": "storybook"}}',
            ".github/CODEOWNERS": "* @shop/frontend\n/apps/admin/ @shop/backoffice # the office\n*.md @shop/writers\n",
        },
        repositories=("",),
        name="shop",
    )
    assert services(outline) == ["admin", "storefront"]
    assert [each.owners for each in outline.services] == [("backoffice",), ("frontend",)]
    assert left_out(outline)["shop"] == "the root of several packages"
    assert left_out(outline)["packages/ui"].startswith("package.json, but nothing that deploys it")
    assert [each.name for each in outline.teams] == ["backoffice", "frontend"]


def test_a_maven_parent_and_a_client_library_are_no_services():
    plugin = "<build><plugins><plugin><artifactId>spring-boot-maven-plugin</artifactId></plugin></plugins></build>"
    xmlns = 'xmlns="http://maven.apache.org/POM/4.0.0"'
    outline = drafted(
        {
            "orders/pom.xml": f"<project {xmlns}><artifactId>orders-parent</artifactId><packaging>pom</packaging>"
            f"<modules><module>api</module></modules>{plugin}</project>",
            "orders/orders-api/pom.xml": f"<project {xmlns}><parent><artifactId>orders-parent</artifactId></parent>"
            f"<artifactId>orders-api</artifactId>{plugin}</project>",
            "orders/orders-client/pom.xml": f"<project {xmlns}><artifactId>orders-client</artifactId></project>",
            "orders/orders-api/src/main/resources/application-sit.yml": "a: 1\n",
            "orders/orders-api/src/main/resources/openapi.yaml": "swagger: '2.0'\ninfo: {title: Order Handling}\n",
        },
        repositories=("orders",),
    )
    assert services(outline) == ["orders-api"]
    assert service(outline, "orders-api").openapi == "orders-api/src/main/resources/openapi.yaml"
    assert left_out(outline)["orders"] == "a parent pom"
    assert "orders/orders-client" in left_out(outline)
    assert [each.name for each in outline.environments] == ["sit"]


def test_backstage_with_several_documents_names_owners_and_needs():
    outline = drafted(
        {
            "shop/catalog-info.yaml": """
                kind: System
                metadata: {name: shop}
                ---
                kind: Component
                metadata: {name: orders, description: Carts and orders}
                spec: {type: service, owner: "group:default/checkout", dependsOn: ["component:default/payments", "resource:db"]}
                ---
                kind: Component
                metadata: {name: payments}
                spec: {type: service, owner: user:default/ana}
                ---
                kind: Component
                metadata: {name: money}
                spec: {type: library, owner: checkout}
                """,
            "shop/orders/Dockerfile": "",
            "shop/money/pyproject.toml": "[project]\nname = 'shop-money'\n",
            "shop/money/Dockerfile": "",
        },
        repositories=("shop",),
    )
    assert services(outline) == ["orders", "payments"]
    assert service(outline, "orders").owners == ("checkout",)
    assert service(outline, "orders").depends_on == ("payments",)
    assert service(outline, "payments").owners == ()
    assert "ana" in service(outline, "payments").notes[1]
    assert left_out(outline) == {"shop/money": "Backstage calls it a library"}


def test_libraries_of_every_language_stay_out_and_what_runs_there_does_not():
    outline = drafted(
        {
            "a/Cargo.toml": "[package]\nname = 'parser'\n",
            "b/go.mod": "module example.com/money\n",
            "c/setup.py": "",
            "d/build.gradle.kts": "plugins { `java-library` }\n",
            "e/build.gradle.kts": 'plugins { id("org.springframework.boot") version "3.3" }\n',
            "f/Shop.Money.csproj": '<Project Sdk="Microsoft.NET.Sdk"></Project>',
            "g/Shop.Refunds.csproj": '<Project Sdk="Microsoft.NET.Sdk.Web"></Project>',
            "h/Procfile": "",
            "i/settings.gradle": "rootProject.name = 'all'\ninclude 'x'\n",
            "j/build.gradle": "plugins { id 'org.springframework.boot' version '3' apply false }\n",
        }
    )
    assert services(outline) == ["e", "h", "shop.refunds"]
    assert sorted(left_out(outline)) == ["a", "b", "c", "d", "f", "i", "j"]


def test_a_web_page_inside_a_service_is_part_of_it():
    outline = drafted(
        {
            "billing/Dockerfile": "",
            "billing/page/package.json": '{"name": "billing-page", "scripts": {"start": "vite"}}',
        }
    )
    assert services(outline) == ["billing"]
    assert left_out(outline)["billing/page"] == "it lies inside billing, which is deployed as a whole"


def test_what_compose_and_the_cluster_call_otherwise_is_known_by_its_image():
    outline = drafted(
        {
            "docker-compose.yml": """
                services:
                  customers: {image: clinic/clinic-customers-service, depends_on: [config]}
                  config: {image: clinic/clinic-config-server}
                  grafana-server: {build: ./docker/grafana}
                """,
            "docker/grafana/Dockerfile": "",
            "clinic-customers-service/Dockerfile": "",
            "clinic-config-server/Dockerfile": "",
            "k8s/all.yaml": """
                kind: Deployment
                metadata: {name: customers-v1}
                spec: {template: {spec: {containers: [{image: clinic/clinic-customers-service:3}]}}}
                ---
                kind: Deployment
                metadata: {name: collector}
                spec: {template: {spec: {containers: [{image: otel/opentelemetry-collector-contrib}]}}}
                """,
            "helm/Chart.yaml": "name: whole-clinic\n",
        },
        repositories=("",),
        name="clinic",
    )
    assert services(outline) == ["config", "customers"]
    assert service(outline, "customers").kubernetes == ("customers-v1",)
    assert service(outline, "customers").depends_on == ("config",)
    assert left_out(outline) == {
        "docker/grafana": "by its name a store or a tool, not a service",
        "collector (k8s/all.yaml)": "the image otel/opentelemetry-collector-contrib is somebody else's",
        "whole-clinic (helm/Chart.yaml)": "a Helm chart of several services",
    }


def test_one_build_that_compose_runs_as_several_things_is_one_service():
    outline = drafted(
        {
            "refunds/compose.yaml": "services: {migrate: {build: .}, web: {build: .}, worker: {build: {context: .}}}\n",
            "refunds/Dockerfile": "",
        },
        repositories=("refunds",),
    )
    assert services(outline) == ["refunds"]
    assert service(outline, "refunds").notes == ("Compose runs it as migrate, web, worker.",)


def test_a_build_behind_a_variable_is_found_by_its_name():
    outline = drafted(
        {
            "compose.yaml": """
                services:
                  ad: {image: "${IMAGE}:${VERSION}-ad", build: {context: ./, dockerfile: "${AD_DOCKERFILE}"}}
                  cart: {image: "${IMAGE}:${VERSION}-cart", depends_on: [ad]}
                """,
            "src/ad/Dockerfile": "",
            "src/cart/src/Dockerfile": "",
            "src/cart/src/cart.csproj": '<Project Sdk="Microsoft.NET.Sdk.Web"></Project>',
        }
    )
    assert services(outline) == ["ad", "cart"]
    assert service(outline, "cart").depends_on == ("ad",)


def test_compose_services_may_share_what_an_anchor_holds():
    outline = drafted(
        {
            "compose.yaml": """
                x-common: &common {build: ./shop, depends_on: [db]}
                services:
                  web: {<<: *common, depends_on: [orders]}
                  worker: {<<: [*common]}
                  orders: {image: ghcr.io/shop/orders}
                """,
            "shop/Dockerfile": "",
        }
    )
    assert services(outline) == ["orders", "shop"]
    assert service(outline, "shop").depends_on == ("orders",)
