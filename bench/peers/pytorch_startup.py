"""From the start of the process to the energy of one image, with a saved PyTorch model of the book's network."""

import sys

import torch
from torch import nn

form, model, image, threads = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])
torch.set_num_threads(threads)
net = nn.Sequential(
    nn.Conv2d(1, 16, 5, 2, 2), nn.SiLU(),
    nn.Conv2d(16, 32, 3, 2, 1), nn.SiLU(),
    nn.Conv2d(32, 64, 3, 2, 1), nn.SiLU(),
    nn.Conv2d(64, 64, 3, 2, 1), nn.SiLU(),
    nn.Flatten(), nn.Linear(256, 64), nn.SiLU(), nn.Linear(64, 1))
net.load_state_dict(torch.load(model))
x = torch.frombuffer(bytearray(open(image, "rb").read()), dtype=torch.float32).reshape(1, 1, 32, 32)
with torch.inference_mode() if form == "tuned" else torch.no_grad():
    print(repr(net(x).item()), flush=True)
