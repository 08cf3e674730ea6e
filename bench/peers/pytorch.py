"""PyTorch's side of ./bench/compare: reads one JSON request per line, performs it, and answers with one line of JSON.

It is started once for each number of threads. Every case has two forms: "user", as models of this kind are commonly
written, and "tuned", with parameters frozen while sampling, memory allocated once and operations in place. Everything is in
one file, so that a reader can judge the peer in one place.
"""

import json
import math
import os
import sys
import time

THREADS = int(sys.argv[1])
ANSWERS = os.fdopen(os.dup(1), "w", buffering=1)
os.dup2(2, 1)  # Output of libraries must not mix with the answers.


def answer(content):
    ANSWERS.write(json.dumps(content) + "\n")
    ANSWERS.flush()


try:
    import numpy as np
    import torch
    from torch import nn
except ImportError as error:
    answer({"error": str(error)})
    sys.exit(0)

torch.set_num_threads(THREADS)
torch.manual_seed(1)


# Networks: the layers of Joule's configurations, so that parameters have the same names.


class Residual(nn.Module):
    def __init__(self, body, shortcut):
        super().__init__()
        self.body, self.shortcut = body, shortcut

    def forward(self, x):
        return self.body(x) + self.shortcut(x)


def build(layers, shape):
    """Returns the layers as one module, and its output shape."""
    modules = []
    for layer in layers:
        kind = layer["type"]
        if kind == "conv":
            module = nn.Conv2d(shape[0], layer["outputs"], layer["kernel"], layer["stride"], layer["padding"])
            side = lambda n: (n + 2 * layer["padding"] - layer["kernel"]) // layer["stride"] + 1
            shape = [layer["outputs"], side(shape[1]), side(shape[2])]
        elif kind == "dense":
            module = nn.Linear(shape[0], layer["outputs"])
            shape = [layer["outputs"], 1, 1]
        elif kind == "flatten":
            module = nn.Flatten()
            shape = [shape[0] * shape[1] * shape[2], 1, 1]
        elif kind == "average_pool":
            module = nn.AvgPool2d(layer["size"])
            shape = [shape[0], shape[1] // layer["size"], shape[2] // layer["size"]]
        elif kind == "residual":
            body, after = build(layer["body"], shape)
            shortcut, _ = build(layer["shortcut"], shape)
            module, shape = Residual(body, shortcut), after
        elif kind in ("silu", "relu"):
            module = {"silu": nn.SiLU, "relu": nn.ReLU}[kind]()
        else:
            raise ValueError(f"the layer '{kind}' has no counterpart in {os.path.basename(__file__)}; add it to build()")
        modules.append(module)
    return nn.Sequential(*modules), shape


def floats(path, shape):
    return torch.from_numpy(np.fromfile(path, dtype=np.float32)).reshape(shape)


def network(spec):
    net, _ = build(spec["layers"], spec["shape"])
    named, at = dict(net.named_parameters()), 0
    values = floats(spec["parameters"], [-1])
    for parameter in spec["names"]:
        tensor = named[parameter]
        with torch.no_grad():
            tensor.copy_(values[at:at + tensor.numel()].reshape(tensor.shape))
        at += tensor.numel()
    if at != values.numel():
        raise ValueError(f"the network has {at} parameters, the file {values.numel()}")
    return net


def states(spec, key="states"):
    return floats(spec[key], [-1] + spec["shape"] if spec["shape"][1] * spec["shape"][2] > 1 else [-1, spec["shape"][0]])


# Energies.


class DoubleWell:
    def __init__(self, spec):
        self.height, self.b = spec["height"], spec["b"]

    def __call__(self, x):
        return self.height * ((x ** 2 - self.b) ** 2).sum(-1)


class Mixture:
    """Normal distributions of one deviation, with weights that sum to 1."""

    def __init__(self, spec):
        self.means = floats(spec["means"], [-1] + spec["shape"][:1])
        self.deviation = spec["deviation"]
        self.log_weights = floats(spec["weights"], [-1]).log()
        self.height = self.means.shape[1] * math.log(self.deviation * math.sqrt(2 * math.pi))

    def __call__(self, x):
        z = (x[:, None, :] - self.means) / self.deviation
        return self.height - torch.logsumexp(self.log_weights - 0.5 * (z ** 2).sum(-1), -1)


class Gaussian:
    def __init__(self, spec):
        self.deviations = floats(spec["deviations"], [-1])

    def __call__(self, x):
        return 0.5 * ((x / self.deviations) ** 2).sum(-1)


def energy_of(spec):
    if spec["kind"].startswith(("mixture", "gaussian")):
        return {"mixture": Mixture, "gaussian": Gaussian}[spec["kind"].split("-")[0]](spec)
    return DoubleWell(spec) if spec["kind"].startswith("well") else network(spec)


def freeze(energy):
    if isinstance(energy, nn.Module):
        energy.requires_grad_(False)
    return energy


# Cases. Each has run() for one repetition and check() for the numbers to compare.


class Langevin:
    """Chains as they are commonly written."""

    def __init__(self, spec):
        self.spec, self.start = spec, states(spec)
        self.energy = energy_of(spec)

    def gradient(self, x):
        x = x.detach().requires_grad_(True)
        energy = self.energy(x)
        return energy.detach().reshape(-1), torch.autograd.grad(energy.sum(), x)[0]

    def chain(self, x, steps, noise):
        s = self.spec
        for _ in range(steps):
            if s["noise_first"] and noise:
                x = (x + noise * torch.randn_like(x)).clamp(s["low"], s["high"])
            x = x.detach().requires_grad_(True)
            gradient = torch.autograd.grad(self.energy(x).sum(), x)[0]
            if s["clip"] is not None:
                gradient = gradient.clamp(-s["clip"], s["clip"])
            x = x - s["step"] * gradient
            if not s["noise_first"] and noise:
                x = x + noise * torch.randn_like(x)
            if s["low"] is not None:
                x = x.clamp(s["low"], s["high"])
        return x.detach()

    def run(self):
        self.chain(self.start, self.spec["steps"], self.spec["noise"])

    def check(self):
        energies, gradient = self.gradient(self.start)
        return {"energies": energies, "gradients": gradient, "one step without noise": self.chain(self.start, 1, 0)}


class TunedLangevin(Langevin):
    """Frozen parameters, one block of memory for states and one for noise, everything in place."""

    def __init__(self, spec):
        super().__init__(spec)
        freeze(self.energy)
        self.x, self.noise = torch.empty_like(self.start), torch.empty_like(self.start)
        self.ones = torch.ones(len(self.start), 1)

    def chain(self, x, steps, noise):
        self.x.copy_(x)
        return self.advance(self.x, steps, noise)

    def advance(self, x, steps, noise):
        s = self.spec
        for _ in range(steps):
            if s["noise_first"] and noise:
                x.add_(self.noise.normal_(), alpha=noise).clamp_(s["low"], s["high"])
            x.requires_grad_(True)
            gradient = torch.autograd.grad(self.energy(x), x, self.ones)[0]
            x.requires_grad_(False)
            if s["clip"] is not None:
                gradient.clamp_(-s["clip"], s["clip"])
            x.add_(gradient, alpha=-s["step"])
            if not s["noise_first"] and noise:
                x.add_(self.noise.normal_(), alpha=noise)
            if s["low"] is not None:
                x.clamp_(s["low"], s["high"])
        return x


class TunedWellLangevin(TunedLangevin):
    """The gradient 4h(x³ − bx) by hand: three passes over the states, plus the noise."""

    def __init__(self, spec):
        super().__init__(spec)
        self.square = torch.empty_like(self.start)

    def gradient(self, x):
        return self.energy(x), 4 * self.energy.height * x * (x * x - self.energy.b)

    def advance(self, x, steps, noise):
        s, rate = self.spec, 4 * self.energy.height * self.spec["step"]
        for _ in range(steps):
            torch.mul(x, x, out=self.square)
            self.square.mul_(-rate).add_(1 + rate * self.energy.b)
            x.mul_(self.square)
            if noise:
                x.add_(self.noise.normal_(), alpha=noise)
        return x


class WellHmc(Langevin):
    def run(self):
        s, x = self.spec, self.start
        for _ in range(s["steps"]):
            momentum = torch.randn_like(x)
            energy, gradient = self.gradient(x)
            before = energy + 0.5 * (momentum ** 2).sum(-1)
            q, p = x, momentum
            for _ in range(s["leapfrog"]):
                p = p - 0.5 * s["step"] * gradient
                q = q + s["step"] * p
                energy, gradient = self.gradient(q)
                p = p - 0.5 * s["step"] * gradient
            after = energy + 0.5 * (p ** 2).sum(-1)
            accept = torch.rand(len(x)) < torch.exp(before - after)
            x = torch.where(accept[:, None], q, x)
        return x

    def check(self):
        energies, gradient = self.gradient(self.start)
        return {"energies": energies, "gradients": gradient}


class TunedWellHmc(WellHmc):
    """The gradient by hand, half steps joined, the last energy reused, all memory allocated once."""

    def __init__(self, spec):
        super().__init__(spec)
        self.x, self.q, self.p, self.t = (torch.empty_like(self.start) for _ in range(4))

    def gradient(self, x):
        return self.energy(x), 4 * self.energy.height * x * (x * x - self.energy.b)

    def kick(self, factor):
        c = 4 * self.energy.height * self.spec["step"] * factor
        torch.mul(self.q, self.q, out=self.t)
        self.p.addcmul_(self.t, self.q, value=-c).add_(self.q, alpha=c * self.energy.b)

    def total(self):
        torch.mul(self.q, self.q, out=self.t).sub_(self.energy.b)
        potential = self.t.mul_(self.t).sum(-1).mul_(self.energy.height)
        return potential, torch.mul(self.p, self.p, out=self.t).sum(-1).mul_(0.5)

    def run(self):
        s, x = self.spec, self.x.copy_(self.start)
        with torch.inference_mode():
            for _ in range(s["steps"]):
                self.q.copy_(x)
                self.p.normal_()
                potential, kinetic = self.total()
                before = potential + kinetic
                self.kick(0.5)
                for step in range(s["leapfrog"]):
                    self.q.add_(self.p, alpha=s["step"])
                    self.kick(0.5 if step == s["leapfrog"] - 1 else 1)
                potential, kinetic = self.total()
                accept = torch.rand(len(x)) < torch.exp(before - potential - kinetic)
                torch.where(accept[:, None], self.q, x, out=x)


class Mala(Langevin):
    """The algorithm as it is in textbooks: a proposal, and the ratio of the densities of both ways."""

    def check(self):
        energies, gradient = self.gradient(self.start)
        return {"energies": energies, "gradients": gradient}

    def log_proposal(self, to, x, gradient):
        return -((to - x + self.spec["step"] * gradient) ** 2).sum(-1) / (4 * self.spec["step"])

    def chain(self, x, steps):
        eta = self.spec["step"]
        energy, gradient = self.gradient(x)
        for _ in range(steps):
            y = x - eta * gradient + math.sqrt(2 * eta) * torch.randn_like(x)
            new_energy, new_gradient = self.gradient(y)
            ratio = energy - new_energy + self.log_proposal(x, y, new_gradient) - self.log_proposal(y, x, gradient)
            accept = torch.rand(len(x)).log() < ratio
            x = torch.where(accept[:, None], y, x)
            gradient = torch.where(accept[:, None], new_gradient, gradient)
            energy = torch.where(accept, new_energy, energy)
        return x

    def run(self):
        return self.chain(self.start, self.spec["steps"])

    def sample(self, draws, stride):
        x, states = self.start, []
        for _ in range(draws):
            x = self.chain(x, stride)
            states.append(x.clone())
        return torch.stack(states)


class TunedMala(Mala):
    """The gradient by hand with two small matrix products, the ratio as the energy error of a leapfrog step, no graph."""

    def __init__(self, spec):
        super().__init__(spec)
        e = self.energy
        self.scaled = (e.means / e.deviation ** 2).t().contiguous()
        self.offsets = e.log_weights - 0.5 * (e.means ** 2).sum(-1) / e.deviation ** 2
        self.x, self.y, self.p = (torch.empty_like(self.start) for _ in range(3))

    def gradient(self, x):
        e, rate = self.energy, 1 / self.energy.deviation ** 2
        terms = torch.addmm(self.offsets, x, self.scaled)
        energy = torch.mul(x, x).sum(-1).mul_(0.5 * rate).add_(e.height).sub_(torch.logsumexp(terms, -1))
        return energy, torch.addmm(x, torch.softmax(terms, -1), e.means, alpha=-1).mul_(rate)

    def chain(self, start, steps):
        with torch.inference_mode():
            step, x = math.sqrt(2 * self.spec["step"]), self.x.copy_(start)
            energy, gradient = self.gradient(x)
            for _ in range(steps):
                self.p.normal_()
                before = torch.mul(self.p, self.p).sum(-1)
                self.p.add_(gradient, alpha=-0.5 * step)
                torch.add(x, self.p, alpha=step, out=self.y)
                new_energy, new_gradient = self.gradient(self.y)
                self.p.add_(new_gradient, alpha=-0.5 * step)
                rise = torch.mul(self.p, self.p).sum(-1).sub_(before).mul_(0.5).add_(new_energy).sub_(energy)
                accept = torch.empty_like(rise).exponential_() > rise
                rows = accept[:, None]
                torch.where(rows, self.y, x, out=x)
                torch.where(rows, new_gradient, gradient, out=gradient)
                torch.where(accept, new_energy, energy, out=energy)
            return x


class Replicas:
    """Parallel tempering: the states of all temperatures, from cold to hot, are one batch of MALA."""

    def at(self):
        """The temperature of every row, as a column."""
        return torch.tensor(self.spec["ladder"]).repeat_interleave(len(self.start))[:, None]

    def exchange(self, step, x, energy, gradient):
        k, n = len(self.spec["ladder"]), len(self.start)
        x, energy, gradient = x.view(k, n, -1), energy.view(k, n), gradient.view(k, n, -1)
        first = step % 2
        pairs = (k - first) // 2
        if pairs > 0:
            cold, hot = slice(first, first + 2 * pairs, 2), slice(first + 1, first + 2 * pairs, 2)
            inverse = 1 / torch.tensor(self.spec["ladder"])[:, None]
            chance = (inverse[cold] - inverse[hot]) * (energy[cold] - energy[hot])
            accept = torch.rand(pairs, n).log() < chance
            rows = accept[..., None]
            for values, choice in ((x, rows), (energy, accept), (gradient, rows)):
                a, b = values[cold].clone(), values[hot].clone()
                values[cold] = torch.where(choice, b, a)
                values[hot] = torch.where(choice, a, b)
        return x.view(k * n, -1), energy.view(-1), gradient.view(k * n, -1)

    def run(self):
        return self.sample(1, self.spec["steps"])[0]

    def sample(self, draws, stride):
        self.ladder_start()
        states = []
        for draw in range(draws):
            self.advance(draw * stride, stride)
            states.append(self.states[: len(self.start)].clone())
        return torch.stack(states)


class Tempering(Replicas, Mala):
    """As in textbooks: a proposal at each temperature, the ratio of the densities of both ways, and exchanges in turn."""

    def ladder_start(self):
        self.states = self.start.repeat(len(self.spec["ladder"]), 1)
        self.energies, self.gradients = self.gradient(self.states)

    def advance(self, done, steps):
        eta, t = self.spec["step"], self.at()
        x, energy, gradient = self.states, self.energies, self.gradients
        for step in range(done, done + steps):
            y = x - eta * gradient + torch.sqrt(2 * eta * t) * torch.randn_like(x)
            new_energy, new_gradient = self.gradient(y)
            way = self.log_proposal(x, y, new_gradient) - self.log_proposal(y, x, gradient)
            accept = torch.rand(len(x)).log() < (energy - new_energy + way) / t[:, 0]
            x = torch.where(accept[:, None], y, x)
            gradient = torch.where(accept[:, None], new_gradient, gradient)
            energy = torch.where(accept, new_energy, energy)
            x, energy, gradient = self.exchange(step, x, energy, gradient)
        self.states, self.energies, self.gradients = x, energy, gradient


class TunedTempering(Replicas, TunedMala):
    """The tuned MALA with a temperature for every row."""

    def ladder_start(self):
        self.states = self.start.repeat(len(self.spec["ladder"]), 1)
        self.y, self.p = torch.empty_like(self.states), torch.empty_like(self.states)
        with torch.inference_mode():
            self.energies, self.gradients = self.gradient(self.states)

    def advance(self, done, steps):
        with torch.inference_mode():
            t = self.at()
            step, kick = torch.sqrt(2 * self.spec["step"] * t), -0.5 * torch.sqrt(2 * self.spec["step"] / t)
            x, energy, gradient = self.states, self.energies, self.gradients
            for number in range(done, done + steps):
                self.p.normal_()
                before = torch.mul(self.p, self.p).sum(-1)
                self.p.addcmul_(gradient, kick)
                torch.addcmul(x, self.p, step, out=self.y)
                new_energy, new_gradient = self.gradient(self.y)
                self.p.addcmul_(new_gradient, kick)
                rise = torch.mul(self.p, self.p).sum(-1).sub_(before).mul_(0.5).add_((new_energy - energy).div_(t[:, 0]))
                accept = torch.empty_like(rise).exponential_() > rise
                rows = accept[:, None]
                x = torch.where(rows, self.y, x)
                gradient = torch.where(rows, new_gradient, gradient)
                energy = torch.where(accept, new_energy, energy)
                x, energy, gradient = self.exchange(number, x, energy, gradient)
            self.states, self.energies, self.gradients = x, energy, gradient


class Nuts(Langevin):
    """The no-U-turn sampler with multinomial weights and Stan's criterion, of all chains at once.

    Chains double their trajectories together; one that has ended waits. Subtrees are not recursive: the leaves of one are made in order,
    and checkpoints keep what its own subtrees began with.
    """

    def check(self):
        energies, gradient = self.gradient(self.start)
        return {"energies": energies, "gradients": gradient}

    def run(self):
        return self.sample(self.spec["steps"], 1)

    def sample(self, draws, stride):
        x, states = self.start, []
        energy, gradient = self.gradient(x)
        for _ in range(draws):
            for _ in range(stride):
                x, energy, gradient = self.step(x, energy, gradient)
            states.append(x)
        return torch.stack(states)

    def step(self, x, energy, gradient):
        rows = lambda choice: choice[:, None]
        p = torch.randn_like(x)
        start = energy + 0.5 * (p ** 2).sum(-1)
        left = right = (x, p, gradient)
        total, weight = p, torch.zeros(len(x))
        active = torch.ones(len(x), dtype=torch.bool)
        for depth in range(self.spec["max_depth"]):
            forward = torch.rand(len(x)) < 0.5
            q, p, g = (torch.where(rows(forward), r, l) for l, r in zip(left, right))
            near, far = p, torch.where(rows(forward), left[1], right[1])
            step = rows(torch.where(forward, self.spec["step"], -self.spec["step"]))
            inside, kept, sums, firsts, lasts = active, None, {}, {}, {}
            new_sum, new_weight = torch.zeros_like(p), torch.full((len(x),), -math.inf)
            log_uniforms = torch.rand(2 ** depth, len(x)).log()
            for leaf in range(2 ** depth):
                p = p - 0.5 * step * g
                q = q + step * p
                e, g = self.gradient(q)
                p = p - 0.5 * step * g
                log_weight = start - e - 0.5 * (p ** 2).sum(-1)
                inside = inside & (log_weight > -1000)
                new_weight = torch.logaddexp(new_weight, log_weight)
                take = log_uniforms[leaf] < log_weight - new_weight
                kept = (q, e, g) if leaf == 0 else (torch.where(rows(take), q, kept[0]), torch.where(take, e, kept[1]),
                                                    torch.where(rows(take), g, kept[2]))
                slot = bin(leaf >> 1).count("1")
                if leaf % 2 == 0:
                    firsts[slot], sums[slot] = p, new_sum
                    new_sum = new_sum + p
                else:
                    new_sum = new_sum + p
                    for k in range(((leaf + 1) & -(leaf + 1)).bit_length() - 1):
                        first, before = firsts[slot - k], sums[slot - k]
                        inside = inside & self.goes_on(first, p, new_sum - before)
                        if k > 0:
                            middle, half, last = firsts[slot - k + 1], sums[slot - k + 1], lasts[slot - k + 1]
                            inside = inside & self.goes_on(first, middle, half - before + middle)
                            inside = inside & self.goes_on(last, p, new_sum - half + last)
                    lasts[bin(leaf + 1 >> 1).count("1")] = p
                if leaf == 0:
                    new_first = p
                if not inside.any():
                    break
            accept = inside & (torch.rand(len(x)).log() < new_weight - weight)
            x, gradient = torch.where(rows(accept), kept[0], x), torch.where(rows(accept), kept[2], gradient)
            energy = torch.where(accept, kept[1], energy)
            weight = torch.logaddexp(weight, new_weight)
            active = (inside & self.goes_on(far, p, total + new_sum) & self.goes_on(far, new_first, total + new_first)
                      & self.goes_on(near, p, new_sum + near))
            if not active.any():
                break
            total = total + new_sum
            end = (q, p, g)
            left = tuple(torch.where(rows(forward), old, new) for old, new in zip(left, end))
            right = tuple(torch.where(rows(forward), new, old) for old, new in zip(right, end))
        return x, energy, gradient

    @staticmethod
    def goes_on(first, last, total):
        return ((first * total).sum(-1) > 0) & ((last * total).sum(-1) > 0)


class TunedNuts(Nuts):
    """The gradient by hand, no graph, and both sides of the criterion in one operation."""

    def __init__(self, spec):
        super().__init__(spec)
        self.precisions = 1 / self.energy.deviations ** 2

    def gradient(self, x):
        gradient = x * self.precisions
        return (x * gradient).sum(-1).mul_(0.5), gradient

    @staticmethod
    def goes_on(first, last, total):
        return (torch.stack((first, last)) * total).sum(-1).amin(0) > 0

    def sample(self, draws, stride):
        with torch.inference_mode():
            return super().sample(draws, stride)


class Training:
    """One contrastive update as it is commonly written."""

    def __init__(self, spec):
        self.spec, self.data = spec, states(spec)
        self.net = network(spec)
        self.optimizer = torch.optim.Adam(self.net.parameters(), lr=spec["rate"])
        self.chain = Langevin.chain
        self.energy = self.net
        self.shape = list(self.data.shape[1:])
        self.buffer = self.uniform(spec["slots"]) if spec["slots"] else None

    def uniform(self, count):
        low, high = self.spec["low"], self.spec["high"]
        return torch.rand([count] + self.shape) * (high - low) + low

    def batch(self):
        data = self.data[torch.randint(0, len(self.data), (self.spec["batch"],))]
        if self.spec["data_noise"]:
            data = (data + self.spec["data_noise"] * torch.randn_like(data)).clamp(self.spec["low"], self.spec["high"])
        return data

    def negatives(self):
        s = self.spec
        if self.buffer is None:
            return self.uniform(s["batch"])
        fresh = int(np.random.binomial(s["batch"], s["fresh"]))
        slots = torch.randperm(len(self.buffer))[:s["batch"]]
        start = self.buffer[slots]
        start[:fresh] = self.uniform(fresh)
        self.buffer[slots] = self.chain(self, start, s["steps"], s["noise"])
        return self.buffer[slots]

    def loss(self, real, fake):
        loss = real.mean() - fake.mean()
        alpha = self.spec["regularization"]
        return loss + alpha * ((real ** 2).mean() + (fake ** 2).mean()) if alpha else loss

    def run(self):
        data, negatives = self.batch(), self.negatives()
        self.optimizer.zero_grad()
        real, fake = self.net(data), self.net(negatives)
        self.loss(real, fake).backward()
        self.optimizer.step()

    def check(self):
        data, negatives = states(self.spec, "check_data"), states(self.spec, "check_negatives")
        both = torch.cat([data, negatives]).requires_grad_(True)
        energies = self.net(both)
        gradient = torch.autograd.grad(energies.sum(), both)[0]
        named = dict(self.net.named_parameters())
        parameters = [named[name] for name in self.spec["names"]]
        real, fake = self.net(data), self.net(negatives)
        weights = torch.autograd.grad(self.loss(real, fake), parameters)
        return {"energies": energies, "gradients": gradient, "parameter gradients": torch.cat([w.reshape(-1) for w in weights])}


class TunedTraining(Training):
    """Frozen parameters inside the chain, one forward pass over data and negatives, all memory allocated once."""

    def __init__(self, spec):
        super().__init__(spec)
        n = spec["batch"]
        self.both = torch.empty([2 * n] + self.shape)
        self.noise = torch.empty([n] + self.shape)
        self.ones = torch.ones(n, 1)
        self.weights = torch.cat([torch.full((n, 1), 1 / n), torch.full((n, 1), -1 / n)])
        self.advance = TunedLangevin.advance

    def run(self):
        s, n = self.spec, self.spec["batch"]
        data, negatives = self.both[:n], self.both[n:]
        torch.index_select(self.data, 0, torch.randint(0, len(self.data), (n,)), out=data)
        if s["data_noise"]:
            data.add_(self.noise.normal_(), alpha=s["data_noise"]).clamp_(s["low"], s["high"])
        if self.buffer is None:
            negatives.uniform_(s["low"], s["high"])
        else:
            fresh = int(np.random.binomial(n, s["fresh"]))
            slots = torch.randint(0, len(self.buffer), (n,))
            torch.index_select(self.buffer, 0, slots, out=negatives)
            negatives[:fresh].uniform_(s["low"], s["high"])
            self.net.requires_grad_(False)
            self.advance(self, negatives, s["steps"], s["noise"])
            self.net.requires_grad_(True)
            self.buffer.index_copy_(0, slots, negatives)
        self.optimizer.zero_grad(set_to_none=True)
        energies = self.net(self.both)
        with torch.no_grad():
            weights = self.weights + energies * (2 * s["regularization"] / n) if s["regularization"] else self.weights
        energies.backward(weights)
        self.optimizer.step()


class Denoising:
    """One update of denoising score matching as it is commonly written: the graph of the gradient is differentiated again."""

    def __init__(self, spec):
        self.spec, self.data = spec, states(spec)
        self.net = network(spec)
        self.optimizer = torch.optim.Adam(self.net.parameters(), lr=spec["rate"])

    def points(self):
        x = self.data[torch.randint(0, len(self.data), (self.spec["batch"],))]
        noise = torch.randn_like(x)
        return x + self.spec["level"] * noise, noise

    def loss(self, x, target):
        x = x.detach().requires_grad_(True)
        energy = self.net(x)
        gradient = torch.autograd.grad(energy.sum(), x, create_graph=True)[0]
        return 0.5 * ((self.spec["level"] * gradient - target) ** 2).mean(), energy, gradient

    def run(self):
        self.optimizer.zero_grad()
        self.loss(*self.points())[0].backward()
        self.optimizer.step()

    def check(self):
        loss, energies, gradient = self.loss(states(self.spec, "check_states"), states(self.spec, "check_targets"))
        named = dict(self.net.named_parameters())
        weights = torch.autograd.grad(loss, [named[name] for name in self.spec["names"]], allow_unused=True)
        weights = [torch.zeros_like(named[name]) if w is None else w for name, w in zip(self.spec["names"], weights)]
        return {"energies": energies, "gradients": gradient, "parameter gradients": torch.cat([w.reshape(-1) for w in weights])}


class Transport(Denoising):
    """The gradient matches the way from noise to data, at a state between both."""

    def points(self):
        x = self.data[torch.randint(0, len(self.data), (self.spec["batch"],))]
        noise = torch.rand_like(x) * (self.spec["high"] - self.spec["low"]) + self.spec["low"]
        t = torch.rand(len(x), 1, 1, 1)
        return (1 - t) * noise + t * x, noise - x


class Tuned:
    """Memory for states and targets allocated once, everything before the network in place, one gradient call without sums."""

    def __init__(self, spec):
        super().__init__(spec)
        self.x = torch.empty([spec["batch"]] + list(self.data.shape[1:]))
        self.target = torch.empty_like(self.x)
        self.ones = torch.ones(spec["batch"], 1)

    def loss(self, x, target):
        x = x.detach().requires_grad_(True)
        energy = self.net(x)
        gradient = torch.autograd.grad(energy, x, self.ones[:len(x)], create_graph=True)[0]
        return 0.5 * nn.functional.mse_loss(self.spec["level"] * gradient, target), energy, gradient

    def run(self):
        self.optimizer.zero_grad(set_to_none=True)
        with torch.no_grad():
            torch.index_select(self.data, 0, torch.randint(0, len(self.data), (len(self.x),)), out=self.x)
            self.move()
        self.loss(self.x, self.target)[0].backward()
        self.optimizer.step()


class TunedDenoising(Tuned, Denoising):
    def move(self):
        self.x.add_(self.target.normal_(), alpha=self.spec["level"])


class TunedTransport(Tuned, Transport):
    def move(self):
        self.target.uniform_(self.spec["low"], self.spec["high"]).sub_(self.x)
        self.x.addcmul_(self.target, torch.rand(len(self.x), 1, 1, 1))


class Score:
    def __init__(self, spec):
        self.states, self.net = states(spec), network(spec).eval()

    def run(self):
        with torch.no_grad():
            return torch.cat([self.net(chunk) for chunk in self.states.split(1000)])

    def check(self):
        return {"energies": self.run()}


class TunedScore(Score):
    """Chunks that stay in the cache, and no version counters."""

    def __init__(self, spec):
        super().__init__(spec)
        freeze(self.net)
        self.energies = torch.empty(len(self.states), 1)

    def run(self):
        with torch.inference_mode():
            for i in range(0, len(self.states), 256):
                self.energies[i:i + 256] = self.net(self.states[i:i + 256])
            return self.energies


class Product:
    def __init__(self, spec):
        self.x, self.w = floats(spec["states"], spec["left"]), floats(spec["weights"], spec["right"])

    def run(self):
        return torch.mm(self.x, self.w.t())

    def check(self):
        return {"product": self.run()}


class TunedProduct(Product):
    """Weights in the layout that the product reads, and memory for the result."""

    def __init__(self, spec):
        super().__init__(spec)
        self.transposed = self.w.t().contiguous()
        self.y = torch.empty(self.x.shape[0], self.w.shape[0])

    def run(self):
        return torch.mm(self.x, self.transposed, out=self.y)


KINDS = {
    "langevin": (Langevin, TunedLangevin),
    "well-langevin": (Langevin, TunedWellLangevin),
    "well-hmc": (WellHmc, TunedWellHmc),
    "mixture-mala": (Mala, TunedMala),
    "mixture-tempering": (Tempering, TunedTempering),
    "gaussian-nuts": (Nuts, TunedNuts),
    "training": (Training, TunedTraining),
    "denoising": (Denoising, TunedDenoising),
    "transport": (Transport, TunedTransport),
    "score": (Score, TunedScore),
    "product": (Product, TunedProduct),
}


# Requests.


def settle():
    """Waits until the libraries' own threads have stopped spinning, so that the next side has the machine to itself."""
    for _ in range(40):
        before = time.process_time()
        time.sleep(0.004)
        if time.process_time() - before < 0.0005:
            return


def prepare(request):
    user, tuned = KINDS[request["spec"]["kind"]]
    forms["user"], forms["tuned"] = user(request["spec"]), tuned(request["spec"])
    return {}


def check(request):
    sizes = {}
    for name, tensor in forms[request["form"]].check().items():
        values = tensor.detach().reshape(-1).contiguous().numpy()
        path = os.path.join(request["folder"], name.replace(" ", "-") + ".peer")
        values.tofile(path)
        sizes[name] = path
    return {"files": sizes}


def sample(request):
    states = forms[request["form"]].sample(request["draws"], request["stride"])
    states.detach().contiguous().numpy().tofile(request["path"])
    return {}


def measure(request):
    run, repetitions = forms[request["form"]].run, request["repetitions"]
    for _ in range(request["lead_in"]):
        run()
    begin = time.perf_counter()
    for _ in range(repetitions):
        run()
    elapsed = time.perf_counter() - begin
    settle()
    return {"ms": elapsed * 1e3 / repetitions}


def forget(_):
    forms.clear()
    return {}


def save(request):
    torch.save(network(request["spec"]).state_dict(), request["path"])
    return {}


forms = {}
REQUESTS = {"prepare": prepare, "check": check, "sample": sample, "time": measure, "forget": forget, "save": save}


def serve():
    answer({"version": torch.__version__, "threads": torch.get_num_threads(), "python": sys.executable})
    for line in sys.stdin:
        request = json.loads(line)
        try:
            answer(REQUESTS[request["op"]](request))
        except Exception as error:
            answer({"error": f"{type(error).__name__}: {error}"})


try:
    serve()
except (KeyboardInterrupt, BrokenPipeError):
    pass
