using Joule.Networks;
using Joule.States;

namespace Joule.Energies;

/// <summary>
/// A family of energies E(x, t), for example of data with noise that vanishes as t goes to 1. Its gradient is not the field of a flow.
/// </summary>
/// <param name="network">A network from a state followed by its time, as a vector, to one number. The energy disposes it.</param>
/// <param name="space">The state space.</param>
/// <param name="time">The time of the energy itself, from 0 to 1.</param>
public sealed class TimedNetworkEnergy(Network network, StateSpace space, double time = 1) : TimedEnergy(network, space, time);
