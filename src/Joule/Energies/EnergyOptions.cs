namespace Joule.Energies;

/// <summary>Options of an energy. To add an energy is to add one file: a record that derives from this and carries a <see cref="NamedAttribute"/>, and the energy.</summary>
[DefaultType("network")]
public abstract record EnergyOptions;
