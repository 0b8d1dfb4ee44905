"""What the running process serves to whoever looks after it."""

import httpx


async def test_no_page_loads_anything_from_elsewhere(signalbox):
    async with httpx.AsyncClient(base_url=signalbox.started.address, trust_env=False) as client:
        pages = {path: (await client.get(path)).text for path in ("/", "/docs", "/redoc")}
    assert [path for path, text in pages.items() if "https://" in text] == []


async def test_every_link_of_the_start_page_leads_somewhere(signalbox):
    async with httpx.AsyncClient(base_url=signalbox.started.address, trust_env=False) as client:
        links = [part.partition('"')[0] for part in (await client.get("/")).text.split('href="')[1:]]
        assert [link for link in links if (await client.get(link)).status_code != 200] == []
