#!/usr/bin/env python3
"""PyTorch's side of eng/gpu-check: the cases of bench/compare on a GPU, in the fastest forms that PyTorch has for them.

    python3 pytorch_gpu.py [--device cuda] [--seconds 75] [--small] [CASE ...]

It prints one line of JSON for every case and form: {"case", "chains", "form", "ms"}, the median of the whole case, or {"case", "error"}.
The forms: "graph", the whole chain or update captured in one CUDA graph, with parameters frozen in chains, memory taken once and cuDNN's
search on; "compiled graph", the same with every step compiled by torch.compile. Arithmetic is PyTorch's default: tf32 in convolutions, not
in matrix products. Forms that take long to compile come last, and whatever does not fit into the time is left out. On a processor (--device
cpu) nothing is captured: that checks this file, and measures nothing.
"""

import argparse
import json
import statistics
import sys
import time

import torch
from torch import nn

BEGAN = time.perf_counter()


def mlp(shape):
    """The energy of bench/compare's dense network."""
    return nn.Sequential(nn.Flatten(), nn.Linear(shape[0] * shape[1] * shape[2], 128), nn.ReLU(), nn.Linear(128, 1))


def book():
    layers, channels = [], 1
    for outputs, kernel, padding in ((16, 5, 2), (32, 3, 1), (64, 3, 1), (64, 3, 1)):
        layers += [nn.Conv2d(channels, outputs, kernel, 2, padding), nn.SiLU()]
        channels = outputs
    return nn.Sequential(*layers, nn.Flatten(), nn.Linear(256, 64), nn.SiLU(), nn.Linear(64, 1))


class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(nn.Conv2d(64, 64, 3, 1, 1), nn.SiLU(), nn.Conv2d(64, 64, 3, 1, 1))

    def forward(self, x):
        return torch.nn.functional.silu(x + self.body(x))


def residual():
    return nn.Sequential(nn.Conv2d(1, 64, 3, 1, 1), *(Block() for _ in range(8)), nn.AvgPool2d(28), nn.Flatten(), nn.Linear(64, 1))


class Bench:
    def __init__(self, options):
        self.options = options
        self.device = torch.device(options.device)
        self.on_gpu = self.device.type == "cuda"

    def left(self):
        return self.options.seconds - (time.perf_counter() - BEGAN)

    def wait(self):
        if self.on_gpu:
            torch.cuda.synchronize()

    def capture(self, body):
        """The work of a function as a graph to replay."""
        if not self.on_gpu:
            return body
        side = torch.cuda.Stream()
        side.wait_stream(torch.cuda.current_stream())
        with torch.cuda.stream(side):
            for _ in range(3):
                body()
        torch.cuda.current_stream().wait_stream(side)
        graph = torch.cuda.CUDAGraph()
        with torch.cuda.graph(graph):
            body()
        return lambda body=body: graph.replay()  # The function owns the memory that the graph reads.

    def time(self, case, chains, form, body):
        """The median of nine samples of at least 5 ms; a sample is several runs, waited for once."""
        run = self.capture(body)
        run()
        self.wait()
        began = time.perf_counter()
        run()
        self.wait()
        inner = max(1, min(1000, int(0.005 / max(time.perf_counter() - began, 1e-7))))
        samples = []
        for _ in range(3 if self.options.small else 9):
            began = time.perf_counter()
            for _ in range(inner):
                run()
            self.wait()
            samples.append((time.perf_counter() - began) / inner * 1e3)
        print(json.dumps({"case": case, "chains": chains, "form": form, "ms": round(statistics.median(samples), 5)}), flush=True)

    def step(self, net, form):
        """The gradient of the energies with respect to the states."""
        def gradient(x):
            return torch.autograd.grad(net(x).sum(), x)[0]

        return torch.compile(gradient) if form.startswith("compiled") else gradient

    def chain(self, net, form, x, steps, size, noise_first, low, high, noise=0.005, clip=0.03):
        gradient, draws = self.step(net, form), torch.empty_like(x)

        def run():
            for _ in range(steps):
                if noise_first:
                    x.add_(draws.normal_(), alpha=noise).clamp_(low, high)
                g = gradient(x.requires_grad_(True)).clamp_(-clip, clip)
                x.requires_grad_(False)
                x.add_(g, alpha=-size)
                if not noise_first:
                    x.add_(draws.normal_(), alpha=noise)
                x.clamp_(low, high)

        return run


BENCH = None


def langevin(case, net, shape, counts, steps, size, noise_first, low, high):
    def run(form):
        for chains in counts:
            energy = net().to(BENCH.device).requires_grad_(False)
            x = torch.rand(chains, *shape, device=BENCH.device) * (high - low) + low
            BENCH.time(case, chains, form, BENCH.chain(energy, form, x, steps, size, noise_first, low, high))

    return case, run


def training(case, net, shape, batch, steps, rate, regularization):
    """One contrastive update: a buffer of chains (steps > 0) or fresh noise, and Adam."""
    def run(form):
        device, low, high = BENCH.device, -1.0 if steps else 0.0, 1.0
        energy = net().to(device)
        optimizer = torch.optim.Adam(energy.parameters(), lr=rate, capturable=BENCH.on_gpu)
        data = torch.rand(2048, *shape, device=device) * (high - low) + low
        buffer = torch.rand(8192, *shape, device=device) * (high - low) + low
        both = torch.empty(2 * batch, *shape, device=device)
        negatives, draws = both[batch:], torch.empty_like(both[:batch])
        signs = torch.cat([torch.full((batch, 1), 1 / batch), torch.full((batch, 1), -1 / batch)]).to(device)
        fresh = max(1, batch // 20)
        advance = BENCH.chain(energy, form, negatives, steps, 10.0, True, low, high)

        def body():
            torch.index_select(data, 0, torch.randint(0, len(data), (batch,), device=device), out=both[:batch])
            if steps:
                both[:batch].add_(draws.normal_(), alpha=0.005).clamp_(low, high)
                slots = torch.randint(0, len(buffer), (batch,), device=device)
                torch.index_select(buffer, 0, slots, out=negatives)
                negatives[:fresh].uniform_(low, high)
                energy.requires_grad_(False)
                advance()
                energy.requires_grad_(True)
                buffer.index_copy_(0, slots, negatives)
            else:
                negatives.uniform_(low, high)
            optimizer.zero_grad(set_to_none=False)
            values = energy(both)
            values.backward(signs + values.detach() * (2 * regularization / batch))
            optimizer.step()

        BENCH.time(case, batch, form, body)

    return case, run


def double_well(case, hamiltonian, chains=1024, width=128, steps=200, leapfrog=10, size=1e-3, height=2.0, b=1.0):
    """The gradient 4h(x³ − bx) by hand, all memory taken once."""
    def run(form):
        x = torch.randn(chains, width, device=BENCH.device)
        draws, q, t = torch.empty_like(x), torch.empty_like(x), torch.empty_like(x)

        def walk(x):
            rate = 4 * height * size
            return x * (1 + rate * b - rate * x * x)

        def kick(p, q, factor):
            c = 4 * height * size * factor
            return p + q * (c * b - c * q * q)

        def total(p, q):
            return height * ((q * q - b) ** 2).sum(-1) + 0.5 * (p * p).sum(-1)

        def trajectory(x, p):
            before, q = total(p, x), x
            p = kick(p, q, 0.5)
            for i in range(leapfrog):
                q = q + size * p
                p = kick(p, q, 0.5 if i == leapfrog - 1 else 1.0)
            return q, before - total(p, q)

        if form.startswith("compiled"):
            walk, trajectory = torch.compile(walk), torch.compile(trajectory)

        def body():
            for _ in range(steps):
                draws.normal_()
                if not hamiltonian:
                    torch.add(walk(x), draws, alpha=(2 * size) ** 0.5, out=x)
                    continue
                end, rise = trajectory(x, draws)
                accept = torch.rand(chains, device=BENCH.device) < torch.exp(rise)
                torch.where(accept[:, None], end, x, out=x)

        with torch.no_grad():
            BENCH.time(case, chains, form, body)

    return case, run


def score(images=10_000):
    def run(form):
        energy = book().to(BENCH.device).requires_grad_(False)
        x = torch.rand(images, 1, 32, 32, device=BENCH.device)
        net = torch.compile(energy) if form.startswith("compiled") else energy
        with torch.no_grad():
            BENCH.time("score", images, form, lambda: net(x))

    return "score", run


def gibbs(counts, steps, visible=784, hidden=500):
    """Steps of both layers of a Boltzmann machine."""
    def run(form):
        for chains in counts:
            weights = torch.randn(visible, hidden, device=BENCH.device) * 0.01
            a, c = torch.zeros(visible, device=BENCH.device), torch.zeros(hidden, device=BENCH.device)
            v = (torch.rand(chains, visible, device=BENCH.device) < 0.5).float()

            def step(v):
                h = torch.bernoulli(torch.sigmoid(torch.addmm(c, v, weights)))
                return torch.bernoulli(torch.sigmoid(torch.addmm(a, h, weights.t())))

            advance = torch.compile(step) if form.startswith("compiled") else step

            def body():
                for _ in range(steps):
                    v.copy_(advance(v))

            with torch.no_grad():
                BENCH.time("rbm-gibbs", chains, form, body)

    return "rbm-gibbs", run


def cases(small):
    many = (16,) if small else (128, 1024, 8192)
    pixels, shape, few = (1, 28, 28), (1, 32, 32), 3 if small else 60
    return [
        langevin("mlp-langevin", lambda: mlp(pixels), pixels, many, few, 2.5, False, 0.0, 1.0),
        langevin("conv-langevin", book, shape, many, few, 10.0, True, -1.0, 1.0),
        training("seed-step", lambda: mlp(pixels), pixels, 64, 0, 1e-3, 0.0),
        training("conv-train", book, shape, 16 if small else 128, few, 1e-4, 0.1),
        double_well("double-well-langevin-L", False, steps=5 if small else 200),
        double_well("double-well-hmc-L", True, steps=2 if small else 200),
        score(100 if small else 10_000),
        gibbs((100,) if small else (100, 10_000), 2 if small else 20),
        langevin("resnet-langevin", residual, pixels, (2,) if small else (16,), 1 if small else 10, 1.0, False, 0.0, 1.0),
    ]


def main():
    global BENCH
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="CASE")
    parser.add_argument("--device", default="cuda")
    parser.add_argument("--seconds", type=float, default=75)
    parser.add_argument("--small", action="store_true", help="tiny cases, to check this file")
    BENCH = Bench(parser.parse_args())
    if BENCH.on_gpu and not torch.cuda.is_available():
        sys.exit("pytorch_gpu.py: PyTorch sees no GPU.")
    torch.manual_seed(1)
    torch.backends.cudnn.benchmark = True
    print(json.dumps({"version": torch.__version__}), flush=True)
    forms = ["graph", "compiled graph"] if BENCH.on_gpu else ["graph"]
    for form in forms:
        for name, run in cases(BENCH.options.small):
            if BENCH.options.names and name not in BENCH.options.names:
                continue
            if BENCH.left() <= 0:
                print(json.dumps({"case": name, "form": form, "error": "no time was left"}), flush=True)
                continue
            try:
                run(form)
            except Exception as e:  # One case that fails must not hide the others.
                print(json.dumps({"case": name, "form": form, "error": f"{type(e).__name__}: {str(e).strip()[:300]}"}), flush=True)


if __name__ == "__main__":
    main()
