return Joule.Cli.JouleProgram.Run(args, Console.Out, Console.Error);
