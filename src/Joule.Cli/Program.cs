Joule.Cli.Streams.StandardStreams.Open();
return Joule.Cli.JouleProgram.Run(args, Console.Out, Console.Error, Environment.Exit);
