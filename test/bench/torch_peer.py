"""PyTorch's side of the benchmark: reads requests as JSON lines on stdin, answers one line each.

  {"load": FILE, "steps": N}          takes weights and data from FILE (see torchPeer.ts), makes N steps, answers their losses
  {"measure": SECONDS, "minimum": N}  answers the milliseconds of each step

A step is forward, backward and Adam in float32; `pcgrad` projects the tasks' trunk gradients in task order (Yu et al. 2020).
"""

import json
import sys
import time

import numpy
import torch
import torch.nn.functional as F
from torch import nn


def mlp(*sizes):
    layers = []
    for fan_in, fan_out in zip(sizes, sizes[1:]):
        layers += [nn.Linear(fan_in, fan_out), nn.ReLU()]
    return nn.Sequential(*layers)


def lenet():
    return nn.Sequential(
        nn.Conv2d(1, 10, 5), nn.MaxPool2d(2), nn.ReLU(),
        nn.Conv2d(10, 20, 5), nn.MaxPool2d(2), nn.ReLU(),
        nn.Flatten(), nn.Linear(320, 50), nn.ReLU(),
    )


class SameConv2d(nn.Conv2d):
    """Zeros added as our side adds them, by a copy, until the losses are compared; then as PyTorch does by itself, without one."""

    exact = True

    def forward(self, x):
        size, stride = self.kernel_size[0], self.stride[0]
        if not SameConv2d.exact or stride == 1 or size == 1:
            return super().forward(x)
        total = max(0, (-(-x.shape[2] // stride) - 1) * stride + size - x.shape[2])
        pads = (total // 2, total - total // 2)
        return F.conv2d(F.pad(x, pads + pads), self.weight, None, stride)


def normed(c_in, c_out, size, stride):
    return nn.Sequential(SameConv2d(c_in, c_out, size, stride, size // 2, bias=False), nn.BatchNorm2d(c_out))


class Block(nn.Module):
    """Two convolutions with batch norm around a skip connection (a 1x1 convolution where the shape changes)."""

    def __init__(self, c_in, c_out, stride):
        super().__init__()
        self.body = nn.Sequential(normed(c_in, c_out, 3, stride), nn.ReLU(), normed(c_out, c_out, 3, 1))
        self.skip = nn.Identity() if stride == 1 and c_in == c_out else normed(c_in, c_out, 1, stride)

    def forward(self, x):
        return F.relu(self.body(x) + self.skip(x))


def residual():
    layers = [normed(3, 16, 3, 1), nn.ReLU()]
    for c_in, c_out, stride in ((16, 16, 1), (16, 32, 2), (32, 64, 2)):
        layers += [Block(c_in, c_out, stride), Block(c_out, c_out, 1)]
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten())


# name: (input shape, trunk, head, loss)
WORKLOADS = {
    "W1": ((28, 28, 1), lenet, lambda: nn.Sequential(nn.Linear(50, 50), nn.ReLU(), nn.Linear(50, 10)), F.cross_entropy),
    "W2": ((100,), lambda: mlp(100, 64, 32), lambda: nn.Linear(32, 10), F.cross_entropy),
    "W3": ((512,), lambda: mlp(512, 1024, 1024, 512), lambda: nn.Sequential(nn.Linear(512, 64), nn.Linear(64, 1)), F.mse_loss),
    "W4": ((32, 32, 3), residual, lambda: nn.Linear(64, 10), F.cross_entropy),
}


class Session:
    def __init__(self, path):
        with open(path, "rb") as file:
            header = json.loads(file.readline())
            arrays = {name: torch.from_numpy(numpy.fromfile(file, numpy.float32, size)) for name, size in header["arrays"]}
        torch.set_num_threads(header["threads"])
        shape, trunk, head, self.loss = WORKLOADS[header["workload"]]
        targets = {name.split("/", 1)[1]: values for name, values in arrays.items() if name.startswith("target/")}
        self.trunk = trunk()
        self.heads = [head() for _ in targets]
        self.x = arrays["input"].reshape(header["rows"], *shape)
        if len(shape) == 3:
            # With one channel, `contiguous()` would keep strides that PyTorch takes for its channels-last layout.
            self.x = self.x.permute(0, 3, 1, 2).clone(memory_format=torch.contiguous_format)
        classes = self.loss is F.cross_entropy
        self.targets = [values.long() if classes else values.reshape(-1, 1) for values in targets.values()]
        self.assign([values for name, values in arrays.items() if name.startswith("parameter/")])
        self.shared = list(self.trunk.parameters())
        self.optimizer = torch.optim.Adam([p for module in [self.trunk, *self.heads] for p in module.parameters()], header["learningRate"])
        self.step = {"ew": self.equal, "pcgrad": self.pcgrad}[header["mode"]]

    def assign(self, values):
        """Parameters come in graph order: the trunk's, then head by head; kernels of linear layers as [in, out]."""
        with torch.no_grad():
            for parameter, given in zip([p for module in [self.trunk, *self.heads] for p in module.parameters()], values, strict=True):
                if parameter.dim() == 2:
                    parameter.copy_(given.reshape(parameter.shape[1], parameter.shape[0]).t())
                else:
                    parameter.copy_(given.reshape(parameter.shape))

    def losses(self):
        features = self.trunk(self.x)
        return [self.loss(head(features), y) for head, y in zip(self.heads, self.targets)]

    def equal(self):
        losses = self.losses()
        self.optimizer.zero_grad(set_to_none=True)
        sum(losses).backward()
        self.optimizer.step()
        return losses

    def pcgrad(self):
        losses = self.losses()
        rows = []
        for task, (loss, head) in enumerate(zip(losses, self.heads)):
            own = list(head.parameters())
            gradients = torch.autograd.grad(loss, self.shared + own, retain_graph=task + 1 < len(losses))
            rows.append(torch.cat([g.reshape(-1) for g in gradients[: len(self.shared)]]))
            for parameter, gradient in zip(own, gradients[len(self.shared) :]):
                parameter.grad = gradient
        total = torch.zeros_like(rows[0])
        for i, row in enumerate(rows):
            projected = row.clone()
            for j, other in enumerate(rows):
                if i != j:
                    dot = torch.dot(projected, other)
                    if dot < 0:
                        projected -= dot / torch.dot(other, other) * other
            total += projected
        for parameter, gradient in zip(self.shared, total.split([p.numel() for p in self.shared])):
            parameter.grad = gradient.view_as(parameter)
        self.optimizer.step()
        return losses

    def measure(self, seconds, minimum):
        self.step()
        times = []
        begin = time.perf_counter()
        while len(times) < minimum or time.perf_counter() - begin < seconds:
            start = time.perf_counter()
            self.step()
            times.append((time.perf_counter() - start) * 1e3)
        return times


def blas():
    """The library behind matrix products: Debian's python3-torch comes with the reference one unless another is installed."""
    torch.ones(64, 64) @ torch.ones(64, 64)
    with open("/proc/self/maps") as maps:
        loaded = maps.read().lower()
    return next((name for name in ("openblas", "mkl", "blis", "atlas") if name in loaded), "reference")


def main():
    session = None
    print(json.dumps({"torch": torch.__version__, "blas": blas()}), flush=True)
    for line in sys.stdin:
        request = json.loads(line)
        if "load" in request:
            SameConv2d.exact = True
            session = Session(request["load"])
            answer = [[float(loss) for loss in session.step()] for _ in range(request["steps"])]
        else:
            SameConv2d.exact = False
            answer = session.measure(request["measure"], request["minimum"])
        print(json.dumps(answer), flush=True)


main()
